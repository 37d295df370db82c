// Runs the published generators in the reader's browser. Their stages' scripts call `playground.arrived`; see
// playground.py.
"use strict";

const playground = (() => {
  const { models: ROOM, pictures: PICTURES } = document.currentScript.dataset; // where both lie, from the page
  const SIDE = 192; // CSS pixels of an image on the page, less what a whole multiple of its own leaves over
  const NARROW = 128; // the same on a phone, where two stand side by side
  const ANGLE = 0.35; // of a neighbour from the latent, in radians
  const NUMBERS = 100; // of a latent
  const loaded = new Map(); // model's name -> {layers, ...}
  const stages = new Map(); // stage's name -> promise of its bytes
  const waiting = new Map(); // stage's name -> [resolve, reject]

  // ---- numbers ------------------------------------------------------------------------------------------------

  /** The bytes that `packed` in playground.py made a string of. */
  async function bytesOf([size, text]) {
    const deflated = new Uint8Array(size);
    let [bits, count, place] = [0, 0, 0];
    for (let index = 0; index < text.length; index += 1) {
      bits = (bits << 15) | (text.charCodeAt(index) - 0x3000);
      for (count += 15; count >= 8; place += 1) {
        count -= 8;
        deflated[place] = bits >> count;
      }
      bits &= (1 << count) - 1;
    }
    const stream = new Blob([deflated]).stream().pipeThrough(new DecompressionStream("deflate"));
    const planes = new Uint8Array(await new Response(stream).arrayBuffer());
    const half = Math.ceil(planes.length / 2);
    return planes.map((_, index) => planes[(index >> 1) + (index & 1 ? half : 0)]).buffer;
  }

  const HALVES = Float32Array.from({ length: 65536 }, (_, bits) => {
    const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
    if (exponent === 31) return fraction ? NaN : sign * Infinity;
    return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
  });

  function fromHalves(halves) {
    const numbers = new Float32Array(halves.length);
    for (let index = 0; index < halves.length; index += 1) numbers[index] = HALVES[halves[index]];
    return numbers;
  }

  function tensorOf(buffers, [type, stage, place, shape]) {
    const buffer = buffers[stage];
    const count = shape.reduce((product, side) => product * side, 1);
    const length = count * (type === "f2" ? 2 : 4);
    if (place + length > buffer.byteLength) throw new Error("its weights are cut short");
    const numbers =
      type === "f2"
        ? fromHalves(new Uint16Array(buffer, place, count))
        : new Float32Array(buffer, place, count);
    return tf.tensor(numbers, shape);
  }

  function normal() {
    return Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  }

  function drawn() {
    return Float32Array.from({ length: NUMBERS }, normal);
  }

  // Between two normal latents lies a normal one if the path runs on the sphere, not on the chord.
  function turned(one, other, angle) {
    const [a, b] = [Math.cos(angle), Math.sin(angle)];
    return one.map((number, index) => a * number + b * other[index]);
  }

  // ---- networks -----------------------------------------------------------------------------------------------

  const side = (images) => images.shape[1];
  const LAYERS = {
    linear: (x, l) => tf.matMul(x, l.weight),
    maps: (x, l) => tf.mul(x, tf.expandDims(l.weight, 0)),
    unflatten: (x, l) => tf.transpose(tf.reshape(x, [-1, ...l.shape]), [0, 2, 3, 1]),
    flatten: (x) => (x.rank === 2 ? x : tf.reshape(tf.transpose(x, [0, 3, 1, 2]), [x.shape[0], -1])),
    scale: (x, l) => tf.add(tf.mul(x, l.scale), l.shift),
    relu: (x) => tf.relu(x),
    leaky: (x, l) => tf.leakyRelu(x, l.slope),
    tanh: (x) => tf.tanh(x),
    sigmoid: (x) => tf.sigmoid(x),
    upsample: (x) => tf.image.resizeBilinear(x, [2 * side(x), 2 * side(x)], false, true),
    residual: (x, l) => tf.add(x, through(l.layers, x)),
    instance: (x, l) => {
      const centred = tf.sub(x, tf.mean(x, [1, 2], true));
      const variance = tf.mean(tf.square(centred), [1, 2], true);
      return tf.div(centred, tf.sqrt(tf.add(variance, l.epsilon)));
    },
    convolution: (x, l) => {
      const p = l.padding;
      const border = [[0, 0], [p, p], [p, p], [0, 0]];
      const padded = !p ? x : l.reflect ? tf.mirrorPad(x, border, "reflect") : tf.pad(x, border);
      return tf.conv2d(padded, l.weight, l.stride, "valid");
    },
    // The library's own transposed convolution is slow here; a plain one of the image with zeros between its pixels,
    // which the kernel was turned around for (see playground.py), gives the same sums.
    transposed: (x, l) => {
      const [n, height, width, channels] = x.shape;
      const kernel = l.weight.shape[0];
      let spread = x;
      if (l.stride > 1) {
        const gap = l.stride - 1;
        spread = tf.reshape(x, [n, height, 1, width, 1, channels]);
        spread = tf.pad(tf.reshape(spread, [n * height, 1, width, channels]), [[0, 0], [0, gap], [0, 0], [0, 0]]);
        spread = tf.reshape(spread, [n * height * l.stride * width, 1, channels]);
        spread = tf.pad(spread, [[0, 0], [0, gap], [0, 0]]);
        spread = tf.reshape(spread, [n, height * l.stride, width * l.stride, channels]);
      }
      const before = kernel - 1 - l.padding;
      const after = before + l.extra - (l.stride - 1);
      const border = [[0, 0], [before, after], [before, after], [0, 0]];
      return tf.conv2d(tf.pad(spread, border), l.weight, 1, "valid");
    },
  };

  function through(layers, x) {
    for (const layer of layers) {
      x = LAYERS[layer.op](x, layer);
      if (layer.bias) x = tf.add(x, layer.bias);
    }
    return x;
  }

  function readied(layers, buffers) {
    return layers.map((layer) => {
      const ready = { ...layer };
      if (layer.layers) ready.layers = readied(layer.layers, buffers);
      for (const name of ["weight", "bias", "scale", "shift"]) {
        if (layer[name]) ready[name] = tensorOf(buffers, layer[name]);
      }
      return ready;
    });
  }

  /** Levels 0 to 255 of one image a latent, as Uint8ClampedArray (N x size x size x channels), with that shape. */
  async function images(model, latents) {
    const result = tf.tidy(() => {
      const made = through(model.layers, tf.tensor2d(latents.flatMap((one) => [...one]), [latents.length, NUMBERS]));
      const [low, high] = model.range;
      const levels = tf.add(tf.mul(tf.sub(made, low), 255 / (high - low)), 0.5);
      return tf.floor(tf.clipByValue(levels, 0, 255));
    });
    const levels = Uint8ClampedArray.from(await result.data());
    const shape = result.shape;
    result.dispose();
    return { levels, shape };
  }

  // ---- files --------------------------------------------------------------------------------------------------

  async function fetched(name) {
    if (!loaded.has(name)) {
      const model = window.playgroundIndex.models.find((one) => one.name === name);
      const buffers = await Promise.all(model.stages.map(stageOf));
      loaded.set(name, { ...model, layers: readied(model.layers, buffers) });
    }
    return loaded.get(name);
  }

  function stageOf(name) {
    if (!stages.has(name)) stages.set(name, new Promise((resolve, reject) => {
      waiting.set(name, [resolve, reject]);
      const script = document.createElement("script");
      script.src = `${ROOM}/${name}.js`;
      script.onerror = () => reject(new Error("its script is missing"));
      script.onload = () => waiting.has(name) && reject(new Error("its script is damaged"));
      document.head.append(script);
    }));
    return stages.get(name);
  }

  function arrived({ name, bytes }) {
    const [resolve, reject] = waiting.get(name);
    waiting.delete(name);
    bytesOf(bytes).then(resolve, reject);
  }

  // ---- the page -----------------------------------------------------------------------------------------------

  const state = { family: "", weights: "average", first: null, second: null, share: 0, neighbours: false };
  const directions = Array.from({ length: 8 }, drawn); // the same for all models, until the page is opened anew
  let fixed = []; // the latents of the grids in the book
  let panels = []; // {model, canvas, note}
  let wanted = 0; // number of the newest wish; what an older one still draws is dropped

  function latents() {
    const centre = turned(state.first, state.second, (state.share * Math.PI) / 2);
    if (!state.neighbours) return [centre];
    const around = directions.map((direction) => turned(centre, direction, ANGLE));
    return [...around.slice(0, 4), centre, ...around.slice(4)];
  }

  function paint(canvas, { levels, shape: [count, size, , channels] }) {
    const columns = Math.round(Math.sqrt(count));
    canvas.width = canvas.height = columns * size;
    const side = state.neighbours ? 1.5 * SIDE : innerWidth < 600 ? NARROW : SIDE;
    const shown = canvas.width * Math.max(1, Math.floor(side / canvas.width));
    canvas.style.width = `${shown}px`;
    const context = canvas.getContext("2d");
    for (let number = 0; number < count; number += 1) {
      const image = context.createImageData(size, size);
      for (let pixel = 0; pixel < size * size; pixel += 1) {
        const place = (number * size * size + pixel) * channels;
        for (let channel = 0; channel < 3; channel += 1) {
          image.data[4 * pixel + channel] = levels[place + Math.min(channel, channels - 1)];
        }
        image.data[4 * pixel + 3] = 255;
      }
      context.putImageData(image, (number % columns) * size, Math.floor(number / columns) * size);
    }
  }

  async function draw() {
    const mine = (wanted += 1);
    const page = document.getElementById("generators");
    page.setAttribute("aria-busy", "true");
    for (const panel of panels) {
      await new Promise((resolve) => requestAnimationFrame(resolve)); // so that the slider stays alive
      if (mine !== wanted) return;
      try {
        const model = await fetched(panel.model.name);
        const made = await images(model, latents());
        if (mine !== wanted) return;
        paint(panel.canvas, made);
        panel.note.textContent = "";
      } catch (error) {
        panel.note.textContent = `This generator can't run here: ${error.message}. Its fixed pictures stand in its place.`;
        panel.canvas.replaceWith(picture(panel.model));
        panels = panels.filter((one) => one !== panel);
      }
    }
    page.setAttribute("aria-busy", "false");
  }

  function picture(model) {
    const image = document.createElement("img");
    image.src = `${PICTURES}/${encodeURIComponent(model.run)}.webp`;
    image.alt = `The first 16 images of ${model.run}`;
    return image;
  }

  function element(name, attributes = {}, ...children) {
    const made = Object.assign(document.createElement(name), attributes);
    made.append(...children);
    return made;
  }

  /** Of each run of the family its generator with the weights that are wanted, or with those that there are. */
  function shown(models) {
    const runs = new Map();
    for (const model of models.filter((one) => one.family === state.family)) {
      if (!runs.has(model.run) || model.weights === state.weights) runs.set(model.run, model);
    }
    return [...runs.values()];
  }

  function lay(room, models) {
    panels = shown(models).map((model) => {
      const canvas = element("canvas");
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `An image by ${model.title}`);
      return { model, canvas, note: element("p", { className: "note" }) };
    });
    const figures = panels.map(({ model, canvas, note }) => {
      const words = { average: "averaged weights", generator: "last weights" }[model.weights];
      const small = `${model.experiment}, tier ${model.tier}, seed ${model.seed}, ${words}, run ${model.run}`;
      const caption = element("figcaption", {}, element("b", { textContent: model.title }), element("small", { textContent: small }));
      return element("figure", {}, canvas, caption, note);
    });
    room.replaceChildren(...figures);
    draw();
  }

  /** A choice between a few values as radio buttons with a name. */
  function choice(legend, name, options, change) {
    const buttons = Object.entries(options).map(([value, word]) => {
      const input = element("input", { type: "radio", name, value, checked: state[name] === value });
      input.addEventListener("change", () => change(value));
      return element("label", {}, input, ` ${word}`);
    });
    return element("fieldset", {}, element("legend", { textContent: legend }), ...buttons);
  }

  /** What sets one of the two latents: the number of a fixed one, or a new one. */
  function source(word, name, number) {
    const input = element("input", { type: "number", min: 0, max: fixed.length - 1, value: number });
    const anew = element("button", { type: "button", textContent: "draw anew" });
    state[name] = fixed[number];
    input.addEventListener("input", () => {
      if (!fixed[input.valueAsNumber]) return;
      state[name] = fixed[input.valueAsNumber];
      draw();
    });
    anew.addEventListener("click", () => {
      state[name] = drawn();
      input.value = "";
      draw();
    });
    return element("span", {}, element("label", {}, `${word} `, input), " ", anew);
  }

  async function open() {
    const page = document.getElementById("generators");
    const status = element("p", { className: "note" });
    status.setAttribute("role", "status");
    page.before(status);
    const lacks = typeof WebAssembly !== "object" || typeof DecompressionStream !== "function";
    if (lacks || typeof tf === "undefined" || !window.playgroundIndex) {
      status.textContent = "The generators can't run in this browser (no WebAssembly, no DecompressionStream, or a script is missing). Their fixed pictures stand below.";
      return;
    }
    const { models, latents: text, wasm } = window.playgroundIndex;
    try {
      // The library asks for all three, though browsers of today load the one that comes with this page.
      const kinds = ["-simd", "-threaded-simd", ""];
      const address = URL.createObjectURL(new Blob([await bytesOf(wasm)], { type: "application/wasm" }));
      tf.wasm.setWasmPaths(Object.fromEntries(kinds.map((kind) => [`tfjs-backend-wasm${kind}.wasm`, address])));
      await tf.setBackend("wasm");
      await tf.ready();
    } catch (error) {
      status.textContent = `The generators can't run in this browser (${error.message}). Their fixed pictures stand below.`;
      return;
    }
    const numbers = new Float32Array(await bytesOf(text));
    fixed = Array.from({ length: numbers.length / NUMBERS }, (_, index) => numbers.slice(NUMBERS * index, NUMBERS * (index + 1)));
    const families = Object.fromEntries(models.map((model) => [model.family, model.family]));
    state.family = Object.keys(families)[0];
    const room = element("div", { className: "panels" });
    const redo = (name) => (value) => {
      state[name] = value;
      lay(room, models);
    };
    const slider = element("input", { type: "range", min: 0, max: 100, value: 0 });
    slider.setAttribute("aria-label", "From latent A to latent B");
    slider.addEventListener("input", () => {
      state.share = slider.value / 100;
      draw();
    });
    const around = element("input", { type: "checkbox" });
    around.addEventListener("change", () => {
      state.neighbours = around.checked;
      draw();
    });
    const controls = element("form", { className: "controls" },
      choice("Models", "family", families, redo("family")),
      choice("Weights", "weights", { average: "averaged over training", generator: "of the last update" }, redo("weights")),
      element("fieldset", {}, element("legend", { textContent: "Latent" }), source("A", "first", 0), slider, source("B", "second", 1)),
      element("label", {}, around, " with eight neighbours"),
    );
    controls.addEventListener("submit", (event) => event.preventDefault());
    page.replaceChildren(controls, room);
    lay(room, models);
  }

  document.addEventListener("DOMContentLoaded", open);
  return { arrived, fetched, images, fixed: () => fixed };
})();
