"""The one exception that is meant for people."""


class UserError(Exception):
    """A mistake or a lack that the user can mend.

    Its message is one sentence that names the thing, the place and the remedy. The command line prints it without a
    traceback and exits with status 1.
    """


class AbsentError(UserError):
    """What was looked for isn't there, which some callers can do without."""
