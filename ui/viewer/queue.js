// The cases that wait, one message for each act.
const TURNS = { down: "up", up: "" }; // a column's order, and the one that the next click on it gives; then that of work

// "/" goes to where a name is looked for, unless somebody is typing.
function toFind(event) {
  const typing = event.composedPath()[0].closest?.("input, textarea, select, [contenteditable]");
  const box = document.querySelector(".st-key-find input");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing || !box) return;
  event.preventDefault();
  box.focus();
  box.select();
}

function queue(data, send) {
  document.addEventListener("keydown", toFind); // once, however often it is said
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
  const [by, way] = data.order.split("_");
  const sorted = (key) => {
    const [mine, next] = by === key ? [way, TURNS[way]] : ["", "down"];
    const name = filled(texts.sort_by, { name: texts[key] });
    return make("th", { scope: "col", class: "number sort", "aria-sort": { down: "descending", up: "ascending" }[mine] },
      make("button", { "aria-label": name, title: name, on: { click: () => send({ act: "order", order: next && `${key}_${next}` }) } },
        document.createTextNode(texts[key]), make("span", { "aria-hidden": "true", text: { down: " ▼", up: " ▲" }[mine] || " ↕" })));
  };
  const head = (key) => make("th", { scope: "col", text: texts[key] });
  return make("table", {},
    make("thead", {}, make("tr", {}, head("who"), sorted("amount"), sorted("age"), head("why"), head("at_work"), make("td", {}))),
    make("tbody", {}, ...data.rows.map(line)));
}
