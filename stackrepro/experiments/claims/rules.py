"""The rules of the verdicts, fixed before any result was looked at.

- **Runs.** A verdict rests on runs of one tier, one data set and one protocol, never on a mixture; a claim about two
  kinds of data has one such set of each. Of several sets one counts that can bear a verdict about the paper and has
  enough seeds of all experiments of the claim; failing that, one that has all of them; among equals the higher tier,
  then real images before drawn ones. A result that is damaged or incomplete, of an older schema, or of another
  definition of its experiment than today's is left out, and the reason tells so.
- **Pairs.** Two experiments are compared seed by seed, at least three seeds. The interval is the two-sided 95 %
  t-interval over the paired differences: it speaks of trainings, not of samples. A difference is written so that it is
  positive where the experiment that is named first is the better one. Ratios are compared by their logarithms.
- **The margin** is a tenth of the distance from the untrained generators to the floor, for each measure by which both
  are measured too: the distances of features, precision, recall, and the share of the way itself.
- **A difference** is reproduced when the whole interval lies on the claimed side of 0 and the mean is at least the
  margin, where the measure has one. If the interval contains 0, or lies on the other side, the difference is not
  reproduced; nor is it with a smaller mean, which is too small to count. Only where a claim says "a little" is the
  margin waived. A ratio or a level is treated alike, with its bound in the place of 0 and no margin.
- **No difference** is reproduced when the whole interval lies within the margin, *no worse* when no part of it lies
  beyond the margin on the worse side, so that no runs can show both a difference and none. An interval that excludes 0
  and leaves the margin is a difference: not reproduced. One that contains 0 and leaves the margin tells nothing: more
  runs. *Some difference*, of either sign, is reproduced when the whole interval lies beyond the margin, not reproduced
  when it lies within; any other interval asks for more runs.
- **A gap closes** where it was a difference to begin with, and the interval of half of what it was less what is left of
  it, seed by seed, lies above 0.
- **One number above another**, both of one run or of two, is a difference like any other; where it is to be so many
  times the other, the other is multiplied first.
- **Printed numbers** are met or missed at tier `paper` alone, by a fifth either side, and are no target elsewhere: the
  ledger then tells the own value.
- **Adequacy.** A verdict about the paper needs tier `reduced` or `paper` and real images, and generators that have come
  at least half of the way from their untrained selves to the floor, by the Fréchet distance. Of a difference, a ratio
  or an order that is asked of the side that is claimed to be better: the other one may be as bad as it is. Of no
  difference, some difference and all other tests it is asked of every run, but for a gap's worse side. Otherwise the
  claim is untestable at this scale, and what was seen stands there as no more than that.
- **Times** are compared between runs of one machine, device and number of threads, whatever the images are like.
  Trainings that ran beside other work spoil them: where the seeds of one side differ by as much as the ratio that is
  claimed, the claim is untestable by them.
- **Premises.** An explanation of something is tested only where that is seen: the premise is no part of its own when it
  is reproduced. Where it isn't, nothing is there to be explained, and the explanation is not reproduced. Where it is
  open, so is the explanation.
- **Parts.** A claim of several parts is partly reproduced as soon as one part is and another isn't. As long as that
  isn't so, a part that is still open leaves the whole open.
- **Inspection.** What the configurations, the networks or the literature tell needs no runs. It is reproduced, partly
  reproduced, or refuted by inspection.
- **Ratings.** What people see is read from imported answers to one eye test, which shows runs of the set and no others
  of their experiments; of several such tests from the one that most raters have answered. The 95 % interval is over
  raters and images, both drawn anew, and treated like any other, with the claimed bound. It needs three raters, images
  of three trainings, and whatever else runs need.
- **Nothing to judge by.** A claim, or a part of one, that nobody has rated, or that the eye test doesn't ask, is
  untestable, whatever runs there are. One whose experiments aren't defined in the arm that is asked for has not enough
  runs. Nothing is invented in their place.

The verdicts are: reproduced, partly reproduced, not reproduced, refuted by inspection, untestable at this scale, not
enough runs.
"""

REPRODUCED = "reproduced"
PARTLY = "partly reproduced"
NOT_REPRODUCED = "not reproduced"
REFUTED = "refuted by inspection"
UNTESTABLE = "untestable at this scale"
NOT_ENOUGH = "not enough runs"
WORDS = (REPRODUCED, PARTLY, NOT_REPRODUCED, REFUTED, UNTESTABLE, NOT_ENOUGH)

SEEDS = 3  # the fewest paired trainings that a verdict rests on
RATERS = 3  # the fewest people that a verdict rests on; even over three the interval is rather narrow
CONFIDENCE = 0.95
MARGIN = 0.1  # of the distance from the untrained generators to the floor
CLOSED = 0.5  # of a gap, the most that may be left of one that closes
COVERED = 0.5  # of the way from its untrained self to the floor, the least that a run must have come
ADEQUATE_TIERS = ("reduced", "paper")


def combined(words: list[str]) -> str:
    """Return the verdict of a claim whose parts have these verdicts, by the rule on parts."""
    found = set(words)
    if len(found) == 1:
        return words[0]
    failed = found & {NOT_REPRODUCED, REFUTED}
    if PARTLY in found or (REPRODUCED in found and failed):
        return PARTLY
    for still_open in (NOT_ENOUGH, UNTESTABLE):
        if still_open in found:
            return still_open
    return NOT_REPRODUCED
