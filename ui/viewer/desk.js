// One case: its papers, their pages, their fields, and what is to be done about them, sent as one message for the case.
const WORK = ["drafts", "accepted", "places", "verdicts", "told"];
const PAUSE = 500; // milliseconds without a change, until drafts are kept
const OUTLIVES = 20_000; // signs of a draft, at most 64 KiB, that a browser still sends when the page is left

const fresh = (kept = {}) => Object.fromEntries(WORK.map((name) => [name, { ...(kept[name] || {}) }]));
const copy = (value) => JSON.parse(JSON.stringify(value));
const since = (work, sent) => Object.fromEntries(WORK.map((name) => [name, // what was done after that was sent
  Object.fromEntries(Object.entries(work[name]).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(sent?.[name][key])))]));
const amount = (work) => WORK.reduce((sum, name) => sum + Object.keys(work[name]).length, 0);

function desk(data, seen, send) {
  const { texts } = data;
  const sheets = new Map(data.sheets.map((sheet) => [sheet.upload, sheet]));
  const status = make("p", { class: "small", role: "status" });
  const saved = make("span", { class: "small" });
  let timer = null;

  const stage = stageOf(data, seen, {
    pick: (fact) => fields.go(fact),
    places: (upload) => Object.entries(seen.work.places).filter(([fact]) => fields.items.get(fact)?.upload === upload).map(([, place]) => place),
  });
  const fields = fieldsOf(data, seen, {
    free, open, remember, changed, finished, judge, command, reread, point, both,
    light: (spot, on, { still } = {}) => {
      stage.light(seen.look.active, spot, on);
      for (const [fact, row] of fields.rows) row.node.classList.toggle("here", on && fields.items.get(fact).spot === spot);
      if (on && !still) stage.reveal(seen.look.active, spot);
    },
    mark: (...given) => stage.mark(...given),
    leave: () => stage.frame.focus(),
  });

  for (const name of ["drafts", "accepted", "places", "told"]) { // what is kept of fields that are no more
    for (const fact of Object.keys(seen.work[name])) if (!fields.items.has(fact)) delete seen.work[name][fact];
  }
  for (const upload of Object.keys(seen.work.verdicts)) if (!sheets.has(upload)) delete seen.work.verdicts[upload];

  const say = (words) => { status.textContent = words; };

  function free() { // while a colleague is at the case it can only be looked at
    if (data.locked) say(data.locked);
    return !data.locked;
  }

  function remember(fact) {
    seen.history.push({ work: copy(seen.work), fact, upload: seen.look.active });
  }

  function changed(fact, words) {
    if (fact) fields.paint(fact);
    say(words);
    count();
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  }

  function keep() { // one after the other: an older draft that comes later would bring back what was undone
    timer = null;
    seen.sending = seen.sending.then(post);
  }

  async function post() {
    saved.textContent = texts.keeping;
    seen.unkept = false;
    try {
      const body = JSON.stringify(since(seen.work, seen.sent));
      const answer = await fetch(`${data.address}/draft`, { method: "POST", headers: { "content-type": "application/json", "x-selfproof-token": data.token },
        body, keepalive: body.length < OUTLIVES });
      saved.textContent = answer.ok ? texts.kept : texts.not_kept;
    } catch {
      saved.textContent = texts.not_kept;
    }
  }

  function undo() {
    if (!free()) return;
    const last = seen.history.pop();
    if (!last) return say(texts.nothing_to_undo);
    seen.work = last.work;
    seen.typing = null;
    documents();
    for (const fact of fields.rows.keys()) fields.paint(fact);
    stage.outline();
    changed("", texts.undone);
    if (last.fact) fields.go(last.fact);
    else enter(last.upload);
  }

  function open(upload, { beside = false } = {}) {
    const { look } = seen;
    const there = look.shown.includes(upload);
    if (beside && there) look.shown = look.shown.filter((name) => name !== upload);
    else if (beside) look.shown = [...look.shown, upload];
    else if (!there) look.shown = look.shown.length > 1 ? [...look.shown.filter((name) => name !== look.active), upload] : [upload];
    if (!look.shown.length) look.shown = [upload];
    if (!look.shown.includes(look.active) || !beside) look.active = beside ? look.shown[0] : upload;
    draw();
    if (!beside) for (const part of [stage.frame, values]) part.scrollTo(0, 0);
  }

  function start(fact) { // with no field to go to, keys are heard from the list
    if (fact) fields.go(fact);
    else list.querySelector("[aria-current=true]")?.focus({ preventScroll: true });
  }

  function enter(upload, typing = true) { // the list is drawn anew, and keys are for whoever is in the desk
    open(upload);
    start(typing && fields.begins(upload)); // a finger would call the keyboard up
  }

  function turn(by) {
    const place = data.documents.findIndex((item) => item.upload === seen.look.active) + by;
    if (data.documents[place]) enter(data.documents[place].upload);
  }

  function both(number) {
    const link = data.links[number];
    seen.look.shown = [...new Set(link.ends.map((end) => end.upload))];
    if (!seen.look.shown.includes(seen.look.active)) seen.look.active = seen.look.shown[0];
    draw();
    const [end] = link.ends;
    stage.light(end.upload, end.spot, true);
    stage.reveal(end.upload, end.spot);
  }

  const list = make("ul", { class: "papers", "aria-label": texts.documents });
  function documents() {
    list.replaceChildren(...data.documents.map((item) => {
      const verdict = seen.work.verdicts[item.upload];
      const { shown, active } = seen.look;
      const paged = sheets.get(item.upload).pages.length > 0;
      const main = make("button", { "aria-current": String(item.upload === active), "data-upload": item.upload, on: { click: (event) => enter(item.upload, event.pointerType !== "touch") } },
        make("span", { class: "name", text: item.kind }), make("span", { class: "small", text: item.name }),
        verdict ? chip(texts[`will_${verdict.act}`], "told") : chip(item.word, item.tone));
      const beside = paged && data.documents.length > 1 && item.upload !== active
        ? make("button", { class: "small beside", text: texts.beside, "aria-label": `${texts.beside} ${item.name}`,
          "aria-pressed": String(shown.includes(item.upload)), on: { click: () => open(item.upload, { beside: true }) } }) : null;
      return make("li", {}, main, beside);
    }));
  }

  const values = make("div", { class: "values" });
  function draw() {
    const sheet = sheets.get(seen.look.active);
    documents();
    values.replaceChildren(...fields.show(sheet));
    root.classList.toggle("plain", !seen.look.shown.some((upload) => sheets.get(upload).pages.length));
    stage.show();
    for (const fact of fields.rows.keys()) fields.paint(fact);
    ask("");
    count();
  }

  const reason = make("input", { id: "reason", maxlength: data.longest, placeholder: texts.reason_help, "aria-label": texts.reason, autocomplete: "off" });
  const missing = make("p", { class: "bad", role: "alert" });
  const why = make("p", { class: "small" });
  const choices = make("div", { class: "line" }, ...data.reasons.map((text, number) => make("button", { class: "small", text: `${number + 1} ${text}`,
    on: { click: () => { reason.value = text; decide(); } } })));
  const asking = make("div", { class: "asking", hidden: true }, why, choices,
    make("div", { class: "line" }, reason, make("button", { class: "first", text: texts.confirm, on: { click: () => decide() } }),
      make("button", { text: texts.cancel, on: { click: () => { ask(""); back(); } } })), missing);
  let wanted = "";
  function ask(act) {
    if (act && !free()) return;
    wanted = act;
    asking.hidden = !act;
    missing.textContent = "";
    if (!act) return;
    why.textContent = `${texts[act]} · ${sheets.get(seen.look.active).name}`;
    reason.value = seen.work.verdicts[seen.look.active]?.reason || "";
    reason.focus();
  }
  reason.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const number = Number(event.key);
    if (event.key === "Enter") decide();
    else if (event.key === "Escape") { ask(""); back(); }
    else if (!reason.value && number >= 1 && number <= data.reasons.length) { reason.value = data.reasons[number - 1]; decide(); }
    else return event.stopPropagation();
    event.preventDefault();
    event.stopPropagation();
  });
  function decide() {
    const words = reason.value.trim();
    if (!words) { missing.textContent = texts.reason_needed; return reason.focus(); }
    verdict(wanted, words);
  }
  function verdict(act, words) {
    const upload = seen.look.active;
    const here = fields.items.get(seen.here)?.upload === upload ? seen.here : "";
    remember(here);
    seen.work.verdicts[upload] = { act, reason: words };
    ask("");
    documents();
    for (const fact of fields.rows.keys()) fields.paint(fact);
    changed("", `${texts[`will_${act}`]} · ${sheets.get(upload).name}`);
    fields.onward(here || fields.lastBefore(upload));
  }
  function judge(act) {
    if (!free()) return;
    if (act === "accept") verdict("accept", "");
    else ask(act);
  }
  const back = () => start(fields.rows.has(seen.here) ? seen.here : fields.begins(seen.look.active));

  function point(item) {
    if (!free()) return;
    say(texts.point_help);
    stage.point((found) => {
      say(found ? texts.pointed : "");
      if (found && found.upload === item.upload) { remember(item.fact); seen.work.places[item.fact] = [found.page, ...found.box]; changed("", texts.pointed); }
      stage.outline();
      fields.go(item.fact);
    });
  }

  function reread(item) {
    if (!free()) return;
    say(texts.reread_help);
    if (item.spot) { // where it was read the first time
      stage.light(item.upload, item.spot, true);
      stage.reveal(item.upload, item.spot);
    }
    stage.point((found) => {
      if (!found) return say("");
      say(texts.reading);
      fields.go(item.fact);
      look(item, found);
    });
  }

  function again(item) { // by keyboard: the place where it was read
    if (!free()) return;
    for (const page of sheets.get(item.upload).pages) {
      const there = page.boxes.find((one) => one.spot === item.spot);
      if (!there) continue;
      say(texts.reading);
      return look(item, { upload: item.upload, page: page.number, box: there.box });
    }
    say(texts.reread_nowhere);
  }

  async function look(item, found) {
    try {
      const answer = await fetch(`${data.address}/look/${found.upload}/${found.page}`, { method: "POST",
        headers: { "content-type": "application/json", "x-selfproof-token": data.token }, body: JSON.stringify(found.box) });
      const { id } = await answer.json();
      for (let tries = 0; tries < 240; tries += 1) {
        const told = await (await fetch(`${data.address}/look/${id}`)).json();
        if (told.done) return heard(item, found, told.text);
        await new Promise((ready) => setTimeout(ready, 250));
      }
      say(texts.reread_late);
    } catch {
      say(texts.reread_failed);
    }
  }

  function heard(item, found, text) {
    seen.work.told[item.fact] = text ? filled(texts.reread_said, { text }) : texts.reread_nothing;
    if (text) {
      remember(item.fact);
      seen.work.drafts[item.fact] = text;
      if (item.blank) seen.work.places[item.fact] = [found.page, ...found.box];
      stage.outline();
    }
    changed(item.fact, seen.work.told[item.fact]);
  }

  const save = make("button", { text: texts.save, "data-act": "save", on: { click: () => commit(false) } });
  const done = make("button", { class: "first", "data-act": "done", on: { click: () => commit(true) } });
  const left = make("p", { class: "small" });
  const begun = () => Object.keys(seen.work.drafts).length + Object.keys(seen.work.verdicts).length
    + Object.keys(seen.work.accepted).filter((fact) => !fields.items.get(fact)?.blank).length;
  function count() {
    const number = begun();
    save.disabled = !number;
    save.textContent = number ? filled(texts.save_count, { count: number }) : texts.save;
    done.textContent = number ? texts.save_done : texts.done;
    done.hidden = !data.open || Boolean(data.locked);
    const doubts = fields.doubtful().length;
    left.textContent = doubts ? filled(texts.left, { count: doubts }) : status.textContent || !fields.items.size ? "" : texts.none_left;
  }
  let warned = false;
  function commit(close) {
    if (!free()) return;
    if (close && data.unfinished && !warned && !begun()) { // one key too many, and nobody would see the limit again
      warned = true;
      return say(data.unfinished);
    }
    timer = clearTimeout(timer);
    seen.sent = copy(seen.work);
    const said = { act: "commit", close, case: data.case, work: seen.sent };
    seen.sending.then(() => send(said)); // a draft that came after it would be begun work again
  }
  let sure = ""; // what one more press releases: a limit cannot be taken back
  function release() { // whoever is at the case, as the button does
    if (!data.release) return say(data.nothing_to_release);
    const again = sure === data.release;
    sure = again ? "" : data.release;
    if (again) return send({ act: "release", case: data.case, decision: data.decision });
    say(filled(texts.release_sure, { what: sure }));
  }
  function finished() {
    say(texts.all_seen);
    count();
    (done.hidden ? save : done).focus();
  }

  const help = make("dialog", { "aria-label": texts.keys }, make("h2", { text: texts.keys }),
    make("table", {}, make("tbody", {}, ...data.keys.map(([name, what]) => make("tr", {}, make("th", { scope: "row" }, make("kbd", { text: name })), make("td", { text: what }))))),
    make("p", { class: "small", text: texts.keys_help }), make("button", { class: "first", text: texts.close, on: { click: () => help.close() } }));
  help.addEventListener("close", back);

  function command(event) {
    const letter = event.altKey ? event.code.replace("Key", "").toLowerCase() : event.shiftKey ? "" : event.key.toLowerCase();
    const acts = { r: () => ask("reject"), a: () => ask("ask"), s: () => ask("aside"), p: () => event.repeat || release(), u: undo };
    const looks = { Equal: () => stage.zoom(1), Minus: () => stage.zoom(-1), Digit0: () => stage.zoom(0), Period: stage.rotate, v: () => stage.view(),
      ArrowDown: () => turn(1), ArrowUp: () => turn(-1), l: () => seen.here && again(fields.items.get(seen.here)) };
    const act = ["?", "？"].includes(event.key) ? () => help.showModal() : acts[letter] || (event.altKey && (looks[event.code] || looks[letter]));
    if (!act) return false;
    act();
    return true;
  }

  const acts = make("div", { class: "acts" },
    sheets.size ? make("div", { class: "line" }, done, save,
      make("button", { text: texts.accept, "data-act": "accept", on: { click: () => judge("accept") } }),
      make("button", { text: texts.ask, "data-act": "ask", on: { click: () => ask("ask") } }),
      make("button", { text: texts.aside, title: texts.aside_help, "data-act": "aside", on: { click: () => ask("aside") } }),
      make("button", { class: "bad", text: texts.reject, "data-act": "reject", on: { click: () => ask("reject") } }),
      make("button", { text: texts.undo, "data-act": "undo", on: { click: undo } }),
      make("button", { text: "?", "aria-label": texts.keys, title: texts.keys, on: { click: () => help.showModal() } })) : null,
    asking, make("div", { class: "line foot" }, left, status, saved));
  const right = make("div", { class: "right" }, values, acts);
  const root = make("div", { class: "desk" }, list, stage.node, right, help);
  root.addEventListener("keydown", (event) => {
    if (!["alt", "p"].includes(event.key.toLowerCase())) sure = "";
  }, true);
  root.addEventListener("pointerdown", () => { sure = ""; }, true);
  let composing = false; // a word, of the signs that stand for it
  root.addEventListener("compositionstart", () => { composing = true; });
  root.addEventListener("compositionend", () => { composing = false; });
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.key === "Enter") commit(true);
    else if (event.ctrlKey && event.key.toLowerCase() === "s") commit(false);
    else if (event.isComposing || event.ctrlKey || event.metaKey || event.target.matches("input, textarea, dialog *") || !command(event)) return;
    event.preventDefault();
  });
  draw();
  if (seen.unkept) changed("", "");
  return { root, begin: () => start(fields.first() || [...fields.rows.keys()][0]), composing: () => composing,
    held: () => { // what somebody types at this moment
      const box = root.getRootNode().activeElement;
      const range = seen.typing || box === reason ? [box.selectionStart, box.selectionEnd] : null;
      return { fact: box === reason ? "" : seen.here, typing: seen.typing, range, act: wanted, words: reason.value };
    },
    goOn: ({ fact, typing, range, act, words }) => { // from what was held in the desk before
      if (act) { ask(act); reason.value = words; }
      if (fields.rows.has(fact)) fields.go(fact);
      if (range) root.getRootNode().activeElement?.setSelectionRange?.(...range);
      seen.typing = typing;
    },
    keep: ({ leaving } = {}) => { // drawn anew or left, maybe before the pause was over
      clearTimeout(timer);
      if (timer) (leaving ? post : keep)();
    } };
}
