// Everything shown is set as text, never as HTML.
const kept = new WeakMap();
const SVG = "http://www.w3.org/2000/svg";

function make(tag, options = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name === "text") node.textContent = value;
    else if (name === "on") for (const [event, act] of Object.entries(value)) node.addEventListener(event, act);
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter(Boolean));
  return node;
}

function drawn(tag, options) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(options)) node.setAttribute(name, value);
  return node;
}

const chip = (text, tone) => make("span", { class: `chip ${tone}`, text });
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// Pictures of pages fetched before they are wanted, by address: our routes forbid a browser to keep anything by itself.
const fetched = new Map();
const taken = async (source) => {
  const answer = await fetch(source);
  return answer.ok ? URL.createObjectURL(await answer.blob()) : source; // what fails is asked for once more, by the image
};

function fetchAhead(sources) {
  for (const source of fetched.keys()) {
    if (sources.includes(source)) continue;
    fetched.get(source).then(URL.revokeObjectURL);
    fetched.delete(source);
  }
  for (const source of sources) if (!fetched.has(source)) fetched.set(source, taken(source).catch(() => source));
}

function fill(image, source) {
  if (fetched.has(source)) fetched.get(source).then((address) => { image.src = address; });
  else image.src = source;
}
