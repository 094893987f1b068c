// The fields of a paper, and what keys do in them. A field that stands as it was read takes commands; once something has
// been typed into it, or with an input method at work, every letter is text, and commands go with Alt.
const MARKS = { failed: "✕", mended: "↺", faint: "?", fine: "✓", derived: "≈", said: "✎", blank: "○", typed: "✎", accepted: "✓", left: "–" };

function fieldsOf(data, seen, hooks) {
  const { texts } = data;
  const items = new Map();
  const rows = new Map();

  function collect(sheet) {
    for (const paper of sheet.papers) {
      const all = [...paper.blanks, ...paper.fields, ...paper.others.fields, ...paper.groups.flatMap((group) => group.rows.flatMap((row) => row.fields))];
      for (const item of all) items.set(item.fact, { ...item, upload: sheet.upload });
    }
  }
  for (const sheet of data.sheets) collect(sheet);

  const text = (item) => seen.work.drafts[item.fact] ?? item.value;
  const status = (item) => seen.work.drafts[item.fact] !== undefined ? "typed"
    : seen.work.accepted[item.fact] ? (item.blank ? "left" : "accepted") : item.tone;
  const open = (item) => item.doubtful && !["typed", "accepted", "left"].includes(status(item))
    && !["reject", "ask", "aside"].includes(seen.work.verdicts[item.upload]?.act);
  const doubtful = () => [...items.values()].filter(open);
  const state = (item) => (texts[`state_${status(item)}`] || item.word);

  function paint(fact) {
    const [item, row] = [items.get(fact), rows.get(fact)];
    if (!row) return;
    const now = status(item);
    row.node.className = `field ${now}${item.long ? " long" : ""}${row.node.classList.contains("here") ? " here" : ""}`;
    row.badge.className = `chip ${now === item.tone ? item.chip : "told"}`;
    row.badge.textContent = `${MARKS[now] || ""} ${state(item)}`;
    row.input.tabIndex = open(item) ? 0 : -1;
    row.input.classList.toggle("changed", now === "typed");
    if (row.input.value !== text(item)) row.input.value = text(item);
    row.error.textContent = data.errors[fact] && seen.work.drafts[fact] === data.errors[fact].typed ? data.errors[fact].text : "";
    row.told.textContent = seen.work.told[fact] || "";
    if (item.spot) hooks.mark(item.upload, item.spot, now);
  }

  function go(fact) {
    const item = items.get(fact);
    if (!item) return;
    if (item.upload !== seen.look.active) hooks.open(item.upload);
    const { input } = rows.get(fact);
    for (let node = input.closest("details"); node; node = node.parentElement.closest("details")) node.open = true;
    input.focus({ preventScroll: true });
    input.scrollIntoView({ block: "nearest" });
    if (!input.readOnly) input.select();
  }

  function after(fact, { around }) {
    const names = [...items.keys()];
    const place = names.indexOf(fact);
    const order = around ? [...names.slice(place + 1), ...names.slice(0, place)] : names.slice(place + 1);
    return order.find((name) => open(items.get(name)));
  }

  function before(fact) {
    const names = [...items.keys()];
    return names.slice(0, Math.max(0, names.indexOf(fact))).reverse().find((name) => open(items.get(name)));
  }

  function onward(fact) {
    const next = after(fact, { around: true });
    if (next) go(next);
    else hooks.finished();
  }

  function accept(fact) {
    const item = items.get(fact);
    if (status(item) !== "typed" && item.doubtful && hooks.free()) {
      hooks.remember(fact);
      seen.work.accepted[fact] = true;
      hooks.changed(fact, filled(texts.said_accepted, { name: item.name }));
    }
    onward(fact);
  }

  function type(item, input) {
    if (seen.typing !== item.fact) {
      hooks.remember(item.fact);
      seen.typing = item.fact;
    }
    delete seen.work.accepted[item.fact];
    if (input.value === item.value) {
      delete seen.work.drafts[item.fact];
      delete seen.work.places[item.fact];
    } else seen.work.drafts[item.fact] = input.value;
    hooks.changed(item.fact, "");
  }

  function key(event, item, input) {
    if (event.isComposing || event.key === "Process" || event.ctrlKey || event.metaKey) return;
    const untouched = seen.typing !== item.fact;
    const names = [...rows.keys()];
    const step = (by) => names[names.indexOf(item.fact) + by];
    const acts = {
      Enter: () => (event.shiftKey ? hooks.judge("accept") : accept(item.fact)),
      Tab: () => {
        const next = event.shiftKey ? before(item.fact) : after(item.fact, { around: false });
        if (next) go(next);
        else if (event.shiftKey) return false;
        else hooks.finished();
      },
      Escape: () => {
        if (untouched) return hooks.leave();
        input.value = item.value;
        type(item, input);
        seen.typing = null;
        input.select();
      },
      ArrowDown: () => untouched && step(1) ? go(step(1)) : false,
      ArrowUp: () => untouched && step(-1) ? go(step(-1)) : false,
    };
    const act = event.altKey ? null : acts[event.key];
    if (act ? act() !== false : (untouched || event.altKey) && hooks.command(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  function field(given) {
    const item = items.get(given.fact);
    const id = `f-${item.fact}`;
    const input = make(item.long ? "textarea" : "input", { id, rows: item.long ? 2 : null, autocomplete: "off", spellcheck: "false",
      readonly: !item.open || Boolean(data.locked), "aria-describedby": `${id}-state ${id}-more`, "aria-keyshortcuts": "Enter" });
    const badge = make("span", { id: `${id}-state` });
    const error = make("p", { class: "bad", role: "alert" });
    const told = make("p", { class: "small" });
    const small = (label, act, style = "") => make("button", { class: `small ${style}`, tabindex: "-1", text: label, "aria-label": `${label} ${item.name}`, on: { click: act } });
    const sheet = data.sheets.find((one) => one.upload === seen.look.active);
    const node = make("div", { "data-fact": item.fact },
      make("div", { class: "line" }, item.number ? make("span", { class: "mark", text: item.number }) : make("span"),
        make("label", { for: id, text: item.name }), input, badge),
      make("div", { class: "more" }, make("div", { id: `${id}-more`, class: "told" }, error, ...item.says.map((said) => make("p", { class: "bad why", text: said })),
        ...item.notes.map((said) => make("p", { class: "small", text: said })), told),
      make("div", { class: "little" },
        item.doubtful ? small(item.blank ? texts.leave_one : texts.accept_one, () => accept(item.fact), "right-one") : null,
        item.open && sheet.pages.length && (item.doubtful || item.blank) ? small(texts.reread, () => hooks.reread(item)) : null,
        item.blank && sheet.pages.length ? small(texts.point, () => hooks.point(item)) : null)));
    rows.set(item.fact, { node, input, badge, error, told });
    input.addEventListener("input", () => type(item, input));
    input.addEventListener("keydown", (event) => key(event, item, input));
    input.addEventListener("focus", () => {
      seen.here = item.fact;
      if (item.spot) hooks.light(item.spot, true);
    });
    input.addEventListener("blur", () => {
      seen.typing = null;
      if (item.spot) hooks.light(item.spot, false);
    });
    if (item.spot) {
      node.addEventListener("mouseenter", () => hooks.light(item.spot, true, { still: true }));
      node.addEventListener("mouseleave", () => hooks.light(item.spot, false));
    }
    paint(item.fact);
    return node;
  }

  const verdicts = (list) => make("ul", { class: "verdicts" }, ...list.map((item) =>
    make("li", {}, chip(item.word, item.tone), document.createTextNode(`${item.text} `),
      item.link === null ? null : make("button", { class: "small", text: texts.both, "aria-label": `${texts.both} ${item.text}`, on: { click: () => hooks.both(item.link) } }),
      item.more.length ? make("details", { class: "quiet" }, make("summary", { text: texts.found_more_of, "aria-label": `${texts.found_more_of} ${item.text}` }),
        ...item.more.map((line) => make("p", { class: "small", text: line }))) : null)));
  const group = (item) => make("details", {}, make("summary", { text: item.title }),
    ...item.rows.flatMap((row) => [make("h3", { text: row.title }), ...row.fields.map(field)]));
  const paper = (item) => make("section", {},
    make("h2", {}, document.createTextNode(`${item.title} `), item.level ? chip(item.level.text, item.level.tone) : null),
    ...item.notes.map((note) => make("div", { class: `note ${note.tone}`, text: note.text })),
    item.failed.length ? verdicts(item.failed) : null,
    ...item.blanks.map(field), ...item.fields.map(field),
    item.others.fields.length ? make("details", { open: item.others.fields.some((other) => seen.work.drafts[other.fact] !== undefined) },
      make("summary", { text: item.others.title }), ...item.others.fields.map(field)) : null,
    ...item.groups.map(group),
    item.rest.length ? make("details", {}, make("summary", { text: item.checks }), verdicts(item.rest)) : null);

  function show(sheet) {
    rows.clear();
    return [sheet.failure ? make("div", { class: `note ${sheet.tone}`, text: sheet.failure }) : null,
      sheet.pages.length || sheet.failure ? null : make("p", { class: "small", text: texts.no_picture }),
      ...sheet.papers.map(paper)].filter(Boolean);
  }

  const begins = (upload) => { // where work at a paper begins
    const mine = [...items.values()].filter((item) => item.upload === upload);
    return (mine.find(open) || mine[0])?.fact;
  };

  const lastBefore = (upload) => { // the last value that stands before a paper's own
    const order = data.sheets.map((sheet) => sheet.upload);
    return [...items.values()].findLast((item) => order.indexOf(item.upload) < order.indexOf(upload))?.fact || "";
  };

  return { items, rows, show, begins, lastBefore, paint, go, doubtful, open, accept, onward, first: () => doubtful()[0]?.fact };
}
