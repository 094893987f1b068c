// Sends files to our own upload route, one after the other. A receipt is shown only when the server has answered
// with one: then the file is on disk and in the store. `data.known` holds the uploads that the page itself lists.
// What the network lost is kept (a photo just taken is nowhere else) and sent again when it is back, or by a tap.
const TYPES = "image/*,.mp4,.mov,.heic,.heif,.pdf,.ofd,.xml,.docx,.csv,.xls,.xlsx";
const SIGNED_OUT = 401;
const TOO_LARGE = 413;
const STALLED = 60000; // milliseconds without a sign of life
const waiting = [];
const lost = new Set();
let busy = false;
window.addEventListener("beforeunload", (event) => {
  if (busy || lost.size) event.preventDefault();
});
window.addEventListener("online", () => [...lost].forEach(again));

export default function (component) {
  const { data, parentElement } = component;
  const root = parentElement.querySelector(".sender");
  root.texts = data.texts;
  root.target = data;
  root.classList.toggle("photo", Boolean(data.photo));
  const [files, camera] = root.querySelectorAll("input");
  files.parentElement.classList.toggle("quiet", Boolean(data.photo));
  camera.parentElement.classList.toggle("quiet", !data.photo);
  files.accept = TYPES;
  files.nextElementSibling.textContent = data.texts.choose;
  camera.nextElementSibling.textContent = data.texts.camera;
  root.querySelector("p").textContent = data.texts.help;
  for (const input of [files, camera]) {
    input.onchange = () => {
      const chosen = [...input.files];
      input.value = "";
      send(root, chosen);
    };
  }
  root.ondragover = (event) => {
    event.preventDefault();
    root.classList.add("over");
  };
  root.ondragleave = () => root.classList.remove("over");
  root.ondrop = (event) => {
    event.preventDefault();
    root.classList.remove("over");
    send(root, [...event.dataTransfer.files]);
  };
  for (const row of root.querySelectorAll("li[data-upload]")) {
    if (data.known.includes(row.dataset.upload)) row.remove();
  }
}

function send(root, chosen) {
  const list = root.querySelector("ul");
  for (const row of list.querySelectorAll("li.ended")) row.remove();
  for (const file of chosen) {
    const row = list.appendChild(document.createElement("li"));
    const name = row.appendChild(document.createElement("b"));
    name.textContent = file.name;
    row.appendChild(document.createElement("span")).textContent = root.texts.queued;
    waiting.push({ root, file, row });
  }
  next();
}

function next() {
  if (busy || !waiting.length) return;
  busy = true;
  const job = waiting.shift();
  const { root, file, row } = job;
  const request = new XMLHttpRequest();
  let clock = 0;
  const alive = () => {
    clearTimeout(clock);
    clock = setTimeout(() => request.abort(), STALLED);
  };
  const say = (text, tone) => {
    row.querySelector("span").textContent = text;
    row.className = tone ? `ended ${tone}` : "";
  };
  request.open("POST", `/upload/${encodeURIComponent(root.target.application)}`);
  request.setRequestHeader("x-selfproof-token", root.target.token);
  request.upload.onprogress = (event) => {
    alive();
    if (event.lengthComputable) say(`${root.texts.sending} ${Math.floor((100 * event.loaded) / event.total)}%`);
  };
  request.onload = () => (request.status < 500 ? answered(root, row, request, say) : keep(job, say, root.texts.trouble));
  request.onerror = request.onabort = () => keep(job, say, root.texts.no_network);
  request.onloadend = () => {
    clearTimeout(clock);
    busy = false;
    next();
  };
  const form = new FormData();
  if (root.target.to) form.append("to", root.target.to);
  form.append("files", file, file.name);
  request.send(form);
  alive();
}

function keep(job, say, words) {
  say(words, "bad");
  job.row.classList.remove("ended");
  lost.add(job);
  const button = job.row.appendChild(document.createElement("button"));
  button.textContent = job.root.texts.once_more;
  button.onclick = () => again(job);
}

function again(job) {
  lost.delete(job);
  job.row.querySelector("button").remove();
  job.row.querySelector("span").textContent = job.root.texts.queued;
  job.row.className = "";
  waiting.push(job);
  next();
}

function answered(root, row, request, say) {
  if (request.status === SIGNED_OUT) return window.location.assign("/login?ended=1&next=%2Fproof");
  if (request.status === TOO_LARGE) return say(root.texts.too_large, "bad");
  const receipt = request.status < 300 ? JSON.parse(request.responseText).receipts[0] : undefined;
  if (!receipt) return say(root.texts.refused, "bad");
  if (receipt.error) return say(root.texts[receipt.error] || root.texts.refused, "bad");
  if (receipt.duplicate) return say(root.texts.duplicate, "wait");
  row.dataset.upload = receipt.upload;
  say(root.texts.received, "good");
}
