"use strict";
const test = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const IDLE = 120000; // milliseconds without an answer after which the page pauses by itself

let rater = ""; // the pseudonym
let order = []; // the trials in this rater's order
let given = []; // for each trial answered so far, in that order: [trial, number of the answer, milliseconds]
let practising = false;
const seen = new Map(); // for each trial the milliseconds for which its image was visible, pauses left out
let painted = null; // when the image appeared; null while answers are not taken
let turns = 0; // tells an image that is still loading that another one has taken its place
let idle = 0;

// The kept answers; a browser may refuse to keep anything, and the test works without.
const shelf = (name) => `stackrepro-eye-test/${test.test}/${name}`;
function keep() {
  try {
    localStorage.setItem(shelf(rater), JSON.stringify(given));
  } catch {
    // nothing is lost but the possibility to go on after the page was closed
  }
}
function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(shelf(rater)) ?? "[]");
    const whole = ([trial, answer, time], i) => trial === order[i] && answer in test.answers && time > 0;
    return Array.isArray(found) && found.every(whole) ? found : [];
  } catch {
    return [];
  }
}

// Each rater has an order of their own, which depends on the pseudonym alone: FNV-1a seeds a mulberry32.
function shuffled(blocks, text) {
  let state = 2166136261;
  for (const sign of text) state = Math.imul(state ^ sign.codePointAt(0), 16777619);
  const random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return blocks.flatMap((block) => {
    const trials = [...block];
    for (let i = trials.length - 1; i > 0; i--) {
      const j = Math.floor(random() * (i + 1));
      [trials[i], trials[j]] = [trials[j], trials[i]];
    }
    return trials;
  });
}

function view(name, focus) {
  for (const section of ["start", "trial", "paused", "end"]) $(section).hidden = section !== name;
  $("export").hidden = name !== "end" && !(name === "paused" && given.length);
  if (!$("export").hidden) $("csv").value = csv();
  $("exported").textContent = "";
  if (focus) $(focus).focus();
}

function next(focus) {
  if (!practising && given.length === order.length) return view("end", "end-heading");
  view("trial", focus);
  const place = practising ? "Practice" : `${given.length + 1} of ${order.length}`;
  $("bar").max = order.length;
  $("bar").value = given.length;
  $("place").textContent = place;
  $("back").disabled = practising || !given.length;
  $("announcement").textContent = practising ? "Practice image" : `Image ${place}`;
  show(practising ? test.practice : test.pictures[current()]);
}

async function show(picture) {
  const turn = ++turns;
  $("frame").ariaBusy = "true";
  $("picture").style.visibility = "hidden";
  $("picture").src = picture;
  await $("picture").decode();
  if (turn !== turns) return;
  $("picture").style.visibility = "visible";
  requestAnimationFrame(() =>
    requestAnimationFrame((now) => {
      if (turn !== turns) return;
      painted = now;
      $("frame").ariaBusy = "false";
      idle = setTimeout(pause, IDLE);
    }),
  );
}

// Take no more answers, and add up for how long the image has been visible.
function stop() {
  turns++;
  clearTimeout(idle);
  if (painted !== null) seen.set(current(), (seen.get(current()) ?? 0) + performance.now() - painted);
  painted = null;
}

function current() {
  return practising ? "practice" : order[given.length];
}

function answer(number) {
  if (painted === null) return;
  stop();
  const time = Math.min(test.longest, Math.max(1, Math.round(seen.get(current()))));
  if (practising) practising = false;
  else given.push([current(), number, time]);
  keep();
  next();
}

function back() {
  if (practising || !given.length || $("trial").hidden) return;
  stop();
  const [trial, , time] = given.pop();
  seen.set(trial, time);
  next();
}

function pause() {
  if ($("trial").hidden) return;
  stop();
  view("paused", "resume");
}

function csv() {
  const rows = given.map(([trial, number, time], i) => [
    test.version, test.test, rater, trial, i + 1, test.answers[number], time,
  ]);
  return [test.columns, ...rows].map((row) => row.join(",") + "\n").join("");
}

function download() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
  link.download = `eye-test-${test.test}-${rater}.csv`;
  link.click();
  URL.revokeObjectURL(link.href);
  $("exported").textContent = `Saved as ${link.download}.`;
}

async function copy() {
  let done = false;
  try {
    await navigator.clipboard.writeText(csv());
    done = true;
  } catch {
    $("csv").select();
    done = document.execCommand("copy"); // what browsers allow to pages that lie on the disk
  }
  $("exported").textContent = done ? "Copied." : "Select the text below and copy it.";
}

$("entry").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = $("rater").value.trim().toLowerCase();
  const fits = new RegExp(`^${test.pseudonym}$`).test(name);
  $("rater-problem").textContent = fits ? "" : "Use 1 to 32 small letters, digits and hyphens, not a hyphen first.";
  if (!fits) return $("rater").focus();
  rater = name;
  order = shuffled(test.blocks, `${test.test}/${rater}`);
  given = kept();
  practising = !given.length;
  seen.clear();
  next("question");
});
for (const button of document.querySelectorAll("[data-answer]")) {
  button.addEventListener("click", () => answer(Number(button.dataset.answer)));
}
$("back").addEventListener("click", back);
$("pause").addEventListener("click", pause);
$("resume").addEventListener("click", () => next("question"));
$("download").addEventListener("click", download);
$("copy").addEventListener("click", copy);
document.addEventListener("visibilitychange", () => document.hidden && pause());
document.addEventListener("keydown", (event) => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey || $("trial").hidden) return;
  const number = Number(event.key) - 1;
  if (/^[1-9]$/.test(event.key) && number < test.answers.length) answer(number);
  else if (event.key === "Backspace" || event.key === "ArrowLeft") back();
  else if (event.key === "Escape") pause();
  else return;
  event.preventDefault();
});
view("start");
