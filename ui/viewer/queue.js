// The cases that wait, one message for each act.
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
