// The reviewer's queue and desk. Everything shown is set as text, never as HTML; one message goes out for each act.
const kept = new WeakMap();

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

const chip = (text, tone) => make("span", { class: `chip ${tone}`, text });

function queue(data, send) {
  const { texts } = data;
  const open = (row) => make("button", { text: texts.open, "aria-label": `${texts.open} ${row.name}`,
    on: { click: () => send({ act: "open", application: row.application }) } });
  const line = (row) => make("tr", {},
    make("td", {}, make("span", { class: "name", text: row.name }), make("br"), make("span", { class: "small", text: row.application })),
    make("td", { class: "number", text: row.amount, "data-label": texts.amount }),
    make("td", { class: "number", text: row.age, "data-label": texts.age }),
    make("td", {}, ...row.why.map((why) => chip(why.text, why.tone)), ...row.said.map((said) => make("div", { class: "small", text: said }))),
    make("td", { text: row.at_work, "data-label": texts.at_work }),
    make("td", {}, open(row)));
  const heads = [["who", ""], ["amount", "number"], ["age", "number"], ["why", ""], ["at_work", ""]];
  return make("table", {},
    make("thead", {}, make("tr", {}, ...heads.map(([key, style]) => make("th", { scope: "col", class: style, text: texts[key] })),
      make("td", {}))),
    make("tbody", {}, ...data.rows.map(line)));
}

function desk(data, send, seen) {
  const { texts, sheet } = data;
  const { drafts, places } = seen;
  const spots = {};
  let pointing = null;
  const light = (key, on) => (spots[key] || []).forEach((node) => node.classList.toggle("here", on));
  const spot = (key, node) => (spots[key] ||= []).push(node);
  const save = make("button", { class: "first", disabled: true, text: texts.save, "data-act": "save" });

  function count() {
    const changed = Object.keys(drafts).length;
    save.disabled = !changed;
    save.textContent = changed ? texts.save_count.replace("{count}", changed) : texts.save;
  }

  function field(item) {
    const id = `f-${item.fact}`;
    const written = drafts[item.fact] ?? item.value;
    const input = make(item.long ? "textarea" : "input", { id, rows: item.long ? 2 : null, autocomplete: "off", spellcheck: "false",
      readonly: !item.open, "aria-describedby": `${id}-more` });
    input.value = written;
    const mark = () => {
      input.classList.toggle("changed", input.value !== item.value);
      if (input.value === item.value) { delete drafts[item.fact]; delete places[item.fact]; }
      else drafts[item.fact] = input.value;
      count();
    };
    input.addEventListener("input", mark);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && input.tagName === "INPUT" && !save.disabled && !event.isComposing) save.click();
    });
    const row = make("div", { class: `field ${item.tone}${item.long ? " long" : ""}` },
      make("div", { class: "line" }, item.number ? make("span", { class: "mark", text: item.number }) : make("span"),
        make("label", { for: id, text: item.name }), input, chip(item.word, item.chip)),
      item.point && sheet.pages.length ? pointer(item) : null,
      make("div", { id: `${id}-more` },
        item.error ? make("p", { class: "bad", role: "alert", text: item.error }) : null,
        ...item.says.map((text) => make("p", { class: "bad", text })),
        ...item.notes.map((text) => make("p", { class: "small", text }))));
    if (item.spot) {
      spot(item.spot, row);
      input.addEventListener("focus", () => { light(item.spot, true); show(item.spot); });
      input.addEventListener("blur", () => light(item.spot, false));
      row.addEventListener("mouseenter", () => light(item.spot, true));
      row.addEventListener("mouseleave", () => light(item.spot, false));
    }
    if (written !== item.value) input.classList.add("changed");
    return row;
  }

  function pointer(item) {
    const button = make("button", { class: "point", text: places[item.fact] ? texts.pointed : texts.point });
    button.addEventListener("click", () => {
      frame.classList.add("pointing");
      button.textContent = texts.point_help;
      pointing = { item, button };
    });
    return button;
  }

  function drag(figure, number) {
    let start = null;
    const at = (event) => {
      const box = figure.getBoundingClientRect();
      const part = (value, from, size) => Math.min(1, Math.max(0, (value - from) / size));
      return [part(event.clientX, box.left, box.width), part(event.clientY, box.top, box.height)];
    };
    figure.addEventListener("dragstart", (event) => event.preventDefault());
    figure.addEventListener("pointerdown", (event) => {
      if (!pointing) return;
      event.preventDefault();
      start = at(event);
      figure.setPointerCapture(event.pointerId);
    });
    figure.addEventListener("pointerup", (event) => {
      if (!pointing || !start) return;
      const [x, y] = at(event);
      const place = [Math.min(x, start[0]), Math.min(y, start[1]), Math.max(x, start[0]), Math.max(y, start[1])];
      const { item, button } = pointing;
      const there = place[2] > place[0] && place[3] > place[1];
      if (there) places[item.fact] = [number, ...place];
      button.textContent = there ? texts.pointed : texts.point;
      frame.classList.remove("pointing");
      pointing = start = null;
      outline(figure, number);
      root.querySelector(`[id="f-${item.fact}"]`).focus();
    });
    outline(figure, number);
  }

  function outline(figure, number) {
    for (const node of figure.querySelectorAll("i.pointed")) node.remove();
    for (const [page, left, top, right, bottom] of Object.values(places)) {
      const style = `left:${100 * left}%;top:${100 * top}%;width:${100 * (right - left)}%;height:${100 * (bottom - top)}%`;
      if (page === number) figure.append(make("i", { class: "pointed", "aria-hidden": "true", style }));
    }
  }

  function show(key) {
    const box = (spots[key] || []).find((node) => node.tagName === "I");
    const frame = box?.closest(".pages");
    if (!frame) return;
    const [there, here] = [box.getBoundingClientRect(), frame.getBoundingClientRect()];
    if (there.top < here.top + 20 || there.bottom > here.bottom - 20) frame.scrollTop += there.top - here.top - frame.clientHeight / 3;
    if (there.left < here.left || there.right > here.right) frame.scrollLeft += there.left - here.left - frame.clientWidth / 3;
  }

  function page(item) {
    const figure = make("figure");
    const image = make("img", { src: item.src, alt: item.alt });
    image.addEventListener("error", () => figure.replaceWith(make("p", { class: "small", text: texts.no_picture })));
    figure.append(image, ...item.boxes.map((box) => {
      const [left, top, right, bottom] = box.box.map((edge) => 100 * edge);
      const place = `left:${left}%;top:${top}%;width:${right - left}%;height:${bottom - top}%`;
      const node = make("i", { "aria-hidden": "true", class: box.tone, style: place }, box.number ? make("b", { text: box.number }) : null);
      spot(box.spot, node);
      node.addEventListener("click", () => root.querySelector(`#f-${box.fact}`)?.focus());
      return node;
    }));
    drag(figure, item.number);
    return figure;
  }

  const group = (item) => make("details", {}, make("summary", { text: item.title }),
    ...item.rows.flatMap((row) => [make("h4", { text: row.title }), ...row.fields.map(field)]));
  const verdicts = (items) => make("ul", { class: "verdicts" }, ...items.map((item) =>
    make("li", {}, chip(item.word, item.tone), document.createTextNode(item.text))));
  const paper = (item) => make("section", {},
    make("h3", {}, document.createTextNode(`${item.title} `), item.level ? chip(item.level.text, item.level.tone) : null),
    ...item.notes.map((note) => make("div", { class: `note ${note.tone}`, text: note.text })),
    item.failed.length ? verdicts(item.failed) : null,
    ...item.blanks.map(field), ...item.fields.map(field),
    item.others.fields.length ? make("details", { open: item.others.fields.some((other) => other.error || drafts[other.fact]) },
      make("summary", { text: item.others.title }), ...item.others.fields.map(field)) : null,
    ...item.groups.map(group),
    item.rest.length ? make("details", {}, make("summary", { text: item.checks }), verdicts(item.rest)) : null);

  const reason = make("input", { id: "reason", list: "reasons", maxlength: data.longest, placeholder: texts.reason_help,
    "aria-label": texts.reason });
  const missing = make("p", { class: "bad", role: "alert" });
  const judge = (act, needed) => () => {
    const words = reason.value.trim();
    missing.textContent = needed && !words ? texts.reason_needed : "";
    if (needed && !words) return reason.focus();
    send({ act, upload: sheet.upload, reason: words });
  };
  save.addEventListener("click", () => {
    send({ act: "save", upload: sheet.upload, typed: { ...drafts }, places: { ...places } });
  });
  const acts = make("div", { class: "acts" },
    sheet.papers.length ? make("div", { class: "line" }, save,
      make("button", { text: texts.accept, "data-act": "accept", on: { click: judge("accept", false) } })) : null,
    make("div", { class: "line" }, reason,
      make("datalist", { id: "reasons" }, ...data.reasons.map((text) => make("option", { value: text }))),
      make("button", { text: texts.ask, "data-act": "ask", on: { click: judge("ask", true) } }),
      make("button", { class: "bad", text: texts.reject, "data-act": "reject", on: { click: judge("reject", true) } })),
    missing);

  const list = make("ul", { class: "papers", "aria-label": texts.documents }, ...data.documents.map((item) => make("li", {},
    make("button", { "aria-current": String(item.upload === sheet.upload), "data-upload": item.upload,
      on: { click: () => send({ act: "show", upload: item.upload }) } },
    make("span", { class: "name", text: item.kind }), make("span", { class: "small", text: item.name }),
    chip(item.word, item.tone)))));
  const large = make("button", { class: "large", "aria-pressed": String(Boolean(seen.large)), text: seen.large ? texts.smaller : texts.larger });
  large.addEventListener("click", () => {
    seen.large = !seen.large;
    large.textContent = seen.large ? texts.smaller : texts.larger;
    large.setAttribute("aria-pressed", String(seen.large));
    frame.classList.toggle("large", seen.large);
  });
  const pages = sheet.pages.map(page);
  const right = make("div", {}, sheet.failure ? make("div", { class: "note bad", text: sheet.failure }) : null,
    sheet.pages.length || sheet.failure ? null : make("p", { class: "small", text: texts.no_picture }),
    sheet.papers.length ? make("p", { class: "small", text: texts.fields }) : null,
    ...sheet.papers.map(paper), acts);
  const frame = make("div", { class: seen.large ? "pages large" : "pages", tabindex: "0", role: "region", "aria-label": texts.documents }, ...pages);
  const middle = sheet.pages.length ? make("div", { class: "middle" }, large, frame) : null;
  const root = make("div", { class: middle ? "desk" : "desk plain" }, list, middle, right);
  count();
  return root;
}

export default function ({ data, parentElement, setTriggerValue }) {
  const seen = kept.get(parentElement) || { drafts: {}, places: {}, turn: "" };
  const text = JSON.stringify(data);
  if (seen.text === text) return;
  if (seen.turn !== data.turn) Object.assign(seen, { drafts: { ...(data.drafts || {}) }, places: { ...(data.places || {}) } });
  Object.assign(seen, { text, turn: data.turn });
  kept.set(parentElement, seen);
  const send = (message) => setTriggerValue("act", message);
  const root = parentElement.querySelector(".root");
  root.replaceChildren(data.view === "queue" ? queue(data, send) : desk(data, send, seen));
}
