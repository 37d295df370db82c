// The comparison wall. It reads the figures that wall.py wrote, and puts a pair of their pictures in their place.
"use strict";

(() => {
  const ROOM = document.currentScript.dataset.pictures; // where the pictures lie, from the page
  const WIDEST = 768; // CSS pixels of a picture
  const HANDLE = 44; // CSS pixels of the divider's handle, half of which may stand out on either side
  const MODES = { two: "two models", training: "before and after training", blind: "blind" };
  const page = document.getElementById("pairs");
  const models = [...page.querySelectorAll("figure")].map((figure) => JSON.parse(figure.dataset.about));
  const state = { mode: "two", group: "", left: null, right: null, share: 50, picked: false };
  const tally = { picks: 0, nearer: 0 };

  function element(name, attributes = {}, ...children) {
    const made = Object.assign(document.createElement(name), attributes);
    made.append(...children);
    return made;
  }

  const title = (model) => [model.model, model.arm === "matched" ? "" : model.arm, `seed ${model.seed}`].filter(Boolean).join(", ");
  const members = () => models.filter((model) => model.group === state.group);
  const any = (list) => list[Math.floor(Math.random() * list.length)];

  /** What can stand beside a model: others of its size, or other seeds of it where there are none. */
  function others(model, list) {
    const rest = list.filter((other) => other !== model && other.size === model.size);
    const different = rest.filter((other) => other.model !== model.model);
    return different.length ? different : rest;
  }

  function distance(model, when) {
    const { kid, kid_error: error, n } = model[when];
    return `KID ${kid.toFixed(3)} ± ${error.toFixed(3)} from real images of ${model.pixels} px (n = ${n.toLocaleString("en")})`;
  }

  // ---- what is shown ------------------------------------------------------------------------------------------

  /** The two sides: a model each, and whether before or after its training. */
  function sides() {
    if (state.mode === "training") return [[state.left, "untrained"], [state.left, "trained"]];
    return [[state.left, "trained"], [state.right, "trained"]];
  }

  /** CSS pixels of both pictures: a whole multiple of the pixels of each, as large as there is room for. */
  function sideOf(room) {
    const [a, b] = sides().map(([model]) => model.size);
    let step = a;
    while (step % b) step += a;
    return step * Math.max(1, Math.floor(Math.min(room, WIDEST) / step));
  }

  function picture([model, when], words, side) {
    const name = when === "trained" ? model.name : `${model.name}-untrained`;
    const image = element("img", { src: `${ROOM}/${encodeURIComponent(name)}.webp`, alt: words, width: side, height: side });
    image.addEventListener("error", () => (note.textContent = `A picture is missing: ${words}.`));
    return image;
  }

  function caption([model, when]) {
    const about = `${model.group}, arm ${model.arm}, seed ${model.seed}`;
    const weights = when === "trained" ? `${model.weights} weights after ${model.updates.toLocaleString("en")} updates` : "before training";
    const lines = [`${about}, ${weights}`, distance(model, when), ...model.troubles, `run ${model.name}`];
    return [element("b", { textContent: model.model }), ...lines.map((line) => element("small", { textContent: line }))];
  }

  /** Two pictures over each other with a divider, their captions below. */
  function divided() {
    const side = sideOf(page.clientWidth - HANDLE);
    const [left, right] = sides();
    const slider = element("input", { type: "range", min: 0, max: 100, value: state.share });
    const words = [left, right].map(([model, when]) => `${title(model)}, ${when}`);
    const over = element("div", { className: "over" }, picture(right, words[1], side), picture(left, words[0], side), slider);
    const move = () => {
      state.share = slider.value;
      over.style.setProperty("--share", `${slider.value}%`);
      slider.setAttribute("aria-valuetext", `${slider.value} % ${words[0]}, then ${words[1]}`);
    };
    over.style.setProperty("--side", `${side}px`);
    slider.setAttribute("aria-label", "Divider");
    slider.addEventListener("input", move);
    move();
    const captions = [left, right].map((one, index) => element("p", {}, element("small", { textContent: index ? "Right" : "Left" }), ...caption(one)));
    return [over, element("div", { className: "captions" }, ...captions)];
  }

  /** Two pictures beside each other without names, and what is told once one is picked. */
  function blind() {
    if (state.left === state.right) return ["There is only one model of this kind. Choose another kind."];
    const wide = page.clientWidth >= 600;
    const side = sideOf(wide ? page.clientWidth / 2 - 16 : page.clientWidth);
    const words = wide ? ["Left", "Right"] : ["Upper", "Lower"];
    const figures = sides().map((one, index) => {
      const button = element("button", { type: "button", textContent: `${words[index]} looks better` });
      button.addEventListener("click", () => pick(index));
      const below = state.picked ? caption(one) : [button];
      return element("figure", {}, picture(one, `${words[index]} picture`, side), element("figcaption", {}, ...below));
    });
    const next = element("button", { type: "button", textContent: "Next pair" });
    next.addEventListener("click", () => {
      draw();
      page.querySelector("figure button").focus();
    });
    return [element("div", { className: "panels" }, ...figures), ...(state.picked ? [next] : [])];
  }

  function pick(index) {
    const kids = sides().map(([model]) => model.trained.kid);
    const [picked, other] = [sides()[index][0], sides()[1 - index][0]];
    const nearer = kids[index] < kids[1 - index];
    state.picked = true;
    tally.picks += 1;
    tally.nearer += nearer;
    show();
    note.textContent =
      `You picked ${title(picked)} before ${title(other)}. By KID, ${title(nearer ? picked : other)} lies nearer to the real images ` +
      `(${Math.min(...kids).toFixed(3)} against ${Math.max(...kids).toFixed(3)}; lower is nearer). ` +
      `Since this page was opened: ${tally.picks} ${tally.picks === 1 ? "pick" : "picks"}, ${tally.nearer} of them the nearer one.`;
    page.querySelector(".pair > button").focus();
  }

  // ---- the page -----------------------------------------------------------------------------------------------

  const note = element("p");
  const choices = element("form");
  const pair = element("div", { className: "pair" });

  function select(word, options, value, change) {
    const made = element("select", { name: word }, ...options.map(([key, text]) => element("option", { value: key, textContent: text })));
    made.value = value;
    made.addEventListener("change", () => change(made.value));
    return element("label", {}, `${word} `, made);
  }

  const named = (name) => models.find((model) => model.name === name);
  function choose(word, key) {
    const change = (name) => {
      state[key] = named(name);
      show();
    };
    return select(word, members().map((model) => [model.name, title(model)]), state[key].name, change);
  }

  /** A new pair: in blind mode at random, else of the largest images those that are nearest to real ones. */
  function draw() {
    const near = [...members()].sort((one, other) => other.size - one.size || one.trained.kid - other.trained.kid);
    const choose = state.mode === "blind" ? any : (list) => list[0];
    const first = choose(near.filter((model) => others(model, near).length)) || near[0];
    const second = choose(others(first, near)) || first;
    const [left, right] = choose([[first, second], [second, first]]);
    Object.assign(state, { left, right, picked: false });
    show();
  }

  function show() {
    const groups = [...new Set(models.map((model) => model.group))];
    const modes = Object.entries(MODES).map(([value, word]) => {
      const input = element("input", { type: "radio", name: "mode", value, checked: value === state.mode });
      input.addEventListener("change", () => {
        state.mode = value;
        draw();
      });
      return element("label", {}, input, ` ${word}`);
    });
    const regroup = (group) => {
      state.group = group;
      draw();
    };
    const chosen = { two: [["Left", "left"], ["Right", "right"]], training: [["Model", "left"]], blind: [] }[state.mode];
    const focused = document.activeElement.name;
    note.textContent = "";
    choices.replaceChildren(
      element("fieldset", {}, element("legend", { textContent: "Show" }), ...modes),
      element("fieldset", {}, select("Images", groups.map((group) => [group, group]), state.group, regroup), ...chosen.map((one) => choose(...one))),
    );
    if (focused) choices.querySelector(`select[name="${focused}"], [name="${focused}"]:checked`)?.focus();
    lay();
  }

  let width = 0; // that the pair was laid out for
  function lay() {
    width = page.clientWidth;
    pair.replaceChildren(...(state.mode === "blind" ? blind() : divided()));
  }

  if (!models.length) return;
  note.setAttribute("role", "status");
  choices.addEventListener("submit", (event) => event.preventDefault());
  state.group = models[0].group;
  page.replaceChildren(choices, pair, note);
  draw();
  new ResizeObserver(() => width === page.clientWidth || lay()).observe(page);
})();
