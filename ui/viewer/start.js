// Draws what the page gives, once for each change of it; what is being worked on stays.
function started(data, seen) {
  const upload = data.start;
  return { ...seen, case: data.case, saved: data.saved, here: null, typing: null, history: [], work: fresh(data.drafts), sent: null, unkept: false, sending: Promise.resolve(),
    look: { zoom: 1, view: "plain", turns: {}, shown: [upload], active: upload, here: "" } };
}

function brought(data, seen) {
  if (seen.case !== data.case) return started(data, seen);
  const uploads = new Set(data.sheets.map((sheet) => sheet.upload));
  const { look } = seen;
  look.shown = look.shown.filter((upload) => uploads.has(upload));
  if (!look.shown.length) look.shown = [data.start];
  if (!look.shown.includes(look.active)) look.active = look.shown[0];
  const refused = data.locked || Object.entries(data.errors).some(([fact, { typed }]) => seen.sent?.drafts[fact] === typed);
  if (refused) seen.sent = null;
  if (seen.saved !== data.saved) {
    const work = since(seen.work, seen.sent);
    Object.assign(seen, { work, unkept: amount(work) > 0, sent: null, history: [], saved: data.saved });
  }
  return seen;
}

let shown = null; // the desk at which somebody works
addEventListener("pagehide", () => shown?.keep({ leaving: true }));

export default function drawAll(given) {
  const { data, parentElement, setTriggerValue } = given;
  const before = kept.get(parentElement) || {};
  const text = JSON.stringify({ ...data, drafts: null, unfinished: null }); // drafts are known here; a warning redraws nothing
  if (before.text === text) return;
  const send = (message) => setTriggerValue("act", message);
  const place = parentElement.querySelector(".root");
  before.shown?.keep();
  if (data.view === "ahead") {
    kept.set(parentElement, { text });
    fetchAhead(data.pages);
    return;
  }
  if (data.view === "queue") {
    kept.set(parentElement, { text });
    place.replaceChildren(queue(data, send));
    return;
  }
  const known = before.case === data.case;
  if (known && before.shown?.composing()) {
    place.addEventListener("compositionend", () => setTimeout(drawAll, 0, given), { once: true });
    return;
  }
  const focused = known && place.contains(parentElement.getRootNode().activeElement || document.activeElement);
  const held = focused && before.shown.held();
  const seen = Object.assign(brought(data, before), { text });
  kept.set(parentElement, seen);
  const now = desk(data, seen, send);
  seen.shown = shown = now;
  place.replaceChildren(now.root);
  if (held) now.goOn(held);
  else if (!known) requestAnimationFrame(() => document.activeElement?.matches("input, textarea") || now.begin()); // who writes elsewhere writes on
}
