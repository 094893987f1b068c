// The pages: zoom, pan, quarter turns, several papers side by side, ways of looking, boxes, and lines between two places.
const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
const VIEWS = ["plain", "bleached", "enhanced"];
const A4 = 1.414; // height over width, until the picture itself tells
const SMALL = 4; // pixels: a shorter way of the pointer is a click

function stageOf(data, seen, hooks) {
  const { texts } = data;
  const look = seen.look;
  const sheets = new Map(data.sheets.map((sheet) => [sheet.upload, sheet]));
  const boxes = new Map();
  let pages = [];
  let pointing = null;
  let sought = null; // the place that is to be seen, until somebody moves the pages
  const key = (upload, spot) => `${upload} ${spot}`;
  const lines = drawn("svg", { class: "links", "aria-hidden": "true" });
  const strip = make("div", { class: "strip" });
  const frame = make("div", { class: "pages", tabindex: "0", role: "region", "aria-label": texts.pages }, strip);
  const level = make("output", { class: "level", "aria-live": "off" });

  function size(page) {
    const columns = Math.max(1, look.shown.filter((upload) => sheets.get(upload).pages.length).length);
    const room = Math.max(160, frame.clientWidth / columns - 14);
    const shown = room * look.zoom;
    const sideways = (look.turns[page.key] || 0) % 2;
    const width = sideways ? shown / page.ratio : shown;
    const height = width * page.ratio;
    page.holder.style.cssText = `width:${shown}px;height:${sideways ? width : height}px`;
    page.figure.style.cssText = `width:${width}px;height:${height}px;transform:translate(-50%,-50%) rotate(${90 * (look.turns[page.key] || 0)}deg)`;
  }

  function layout() {
    for (const page of pages) size(page);
    level.textContent = `${Math.round(100 * look.zoom)}%`;
    strip.dataset.view = look.view;
    link();
  }

  function area(node, base) {
    const box = node.getBoundingClientRect();
    return { left: box.left - base.left, right: box.right - base.left, top: box.top - base.top, bottom: box.bottom - base.top };
  }

  function ends(one, other) { // where a line between two boxes leaves the one and meets the other: over no print
    const half = (box) => [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
    const edge = (box, to) => {
      const [x, y] = half(box);
      const [dx, dy] = [to[0] - x, to[1] - y];
      const share = Math.min((box.right - box.left + 8) / 2 / (Math.abs(dx) || 1e-9), (box.bottom - box.top + 8) / 2 / (Math.abs(dy) || 1e-9), 1);
      return [x + dx * share, y + dy * share];
    };
    return [edge(one, half(other)), edge(other, half(one))];
  }

  function link() {
    const base = strip.getBoundingClientRect();
    lines.replaceChildren();
    lines.setAttribute("width", strip.scrollWidth);
    lines.setAttribute("height", strip.scrollHeight);
    for (const item of data.links) {
      const found = item.ends.map((end) => boxes.get(key(end.upload, end.spot))).filter(Boolean).map((node) => area(node, base));
      const near = item.ends.some((end) => key(end.upload, end.spot) === look.here);
      const group = drawn("g", { class: near ? "near" : "" });
      for (const other of found.slice(1)) {
        const [[x1, y1], [x2, y2]] = ends(found[0], other);
        group.append(drawn("line", { x1, y1, x2, y2 }), drawn("circle", { cx: x1, cy: y1, r: 3.5 }), drawn("circle", { cx: x2, cy: y2, r: 3.5 }));
      }
      lines.append(group);
    }
  }

  function mark(upload, spot, tone) { // several values may share a place: the one that is in work counts
    const box = boxes.get(key(upload, spot));
    if (!box || (tone === box.dataset.tone && !box.dataset.work)) return;
    const settled = ["typed", "accepted", "left"].includes(tone);
    if (!settled && tone !== box.dataset.tone) return;
    box.dataset.work = settled ? "yes" : "";
    box.className = `${tone}${box.classList.contains("here") ? " here" : ""}`;
  }

  function light(upload, spot, on) {
    const place = key(upload, spot);
    boxes.get(place)?.classList.toggle("here", on);
    look.here = on ? place : "";
    link();
  }

  function reveal(upload, spot) {
    const box = boxes.get(key(upload, spot));
    sought = [upload, spot];
    if (!box) return;
    const [there, here] = [box.getBoundingClientRect(), frame.getBoundingClientRect()];
    if (there.top < here.top + 20 || there.bottom > here.bottom - 20) frame.scrollTop += there.top - here.top - frame.clientHeight / 3;
    if (there.left < here.left || there.right > here.right) frame.scrollLeft += there.left - here.left - frame.clientWidth / 3;
  }

  function zoom(step, at) {
    const place = ZOOMS.findIndex((value) => value >= look.zoom - 0.001);
    const next = step === 0 ? 1 : ZOOMS[Math.min(ZOOMS.length - 1, Math.max(0, place + step))];
    const [x, y] = at || [frame.clientWidth / 2, frame.clientHeight / 2];
    const grown = next / look.zoom;
    const [left, top] = [(frame.scrollLeft + x) * grown - x, (frame.scrollTop + y) * grown - y];
    look.zoom = next;
    layout();
    frame.scrollTo(left, top);
  }

  function rotate() {
    for (const page of pages) if (page.upload === look.active) look.turns[page.key] = ((look.turns[page.key] || 0) + 1) % 4;
    layout();
  }

  function view(name) {
    look.view = name || VIEWS[(VIEWS.indexOf(look.view) + 1) % VIEWS.length];
    for (const button of tools.querySelectorAll("[data-view]")) button.setAttribute("aria-pressed", String(button.dataset.view === look.view));
    layout();
  }

  function at(page, event) {
    const box = page.holder.getBoundingClientRect();
    const part = (value, from, length) => Math.min(1, Math.max(0, (value - from) / length));
    const [u, v] = [part(event.clientX, box.left, box.width), part(event.clientY, box.top, box.height)];
    return [[u, v], [v, 1 - u], [1 - u, 1 - v], [1 - v, u]][look.turns[page.key] || 0];
  }

  function drag(page) {
    let start = null;
    let shape = null;
    const corners = (event) => {
      const [x, y] = at(page, event);
      return [Math.min(x, start[0]), Math.min(y, start[1]), Math.max(x, start[0]), Math.max(y, start[1])];
    };
    page.holder.addEventListener("dragstart", (event) => event.preventDefault());
    page.holder.addEventListener("pointerdown", (event) => {
      if (!pointing) return;
      event.preventDefault();
      event.stopPropagation();
      start = at(page, event);
      shape = make("i", { class: "pointed", "aria-hidden": "true" });
      page.figure.append(shape);
      page.holder.setPointerCapture(event.pointerId);
    });
    page.holder.addEventListener("pointermove", (event) => { if (start) put(shape, corners(event)); });
    page.holder.addEventListener("pointerup", (event) => {
      if (!start) return;
      const place = corners(event);
      shape.remove();
      const done = pointing;
      start = null;
      point(null);
      if (place[2] > place[0] && place[3] > place[1]) done({ upload: page.upload, page: page.number, box: place });
      else done(null);
    });
  }

  function point(done) {
    pointing = done;
    frame.classList.toggle("pointing", Boolean(done));
  }

  function put(node, [left, top, right, bottom]) {
    node.style.cssText = `left:${100 * left}%;top:${100 * top}%;width:${100 * (right - left)}%;height:${100 * (bottom - top)}%`;
  }

  function outline() {
    for (const page of pages) {
      for (const node of page.figure.querySelectorAll("i.pointed")) node.remove();
      for (const [number, ...box] of hooks.places(page.upload)) {
        if (number !== page.number) continue;
        const node = make("i", { class: "pointed", "aria-hidden": "true" });
        put(node, box);
        page.figure.append(node);
      }
    }
  }

  function pageOf(sheet, item) {
    const image = make("img", { alt: item.alt, draggable: "false", "data-page": item.src });
    const figure = make("figure", {}, image);
    const holder = make("div", { class: "holder" }, figure);
    const page = { upload: sheet.upload, number: item.number, key: key(sheet.upload, item.number), figure, holder, ratio: A4 };
    const ready = () => {
      page.ratio = image.naturalHeight / image.naturalWidth || A4;
      size(page);
      link();
      if (sought) reveal(...sought); // till now its page was taken for upright
    };
    image.addEventListener("load", ready);
    image.addEventListener("error", () => holder.replaceWith(make("p", { class: "small", text: texts.no_picture })));
    fill(image, item.src);
    if (image.complete && image.naturalWidth) page.ratio = image.naturalHeight / image.naturalWidth;
    for (const box of item.boxes) {
      const node = make("i", { "aria-hidden": "true", class: box.tone, "data-tone": box.tone }, box.number ? make("b", { text: box.number }) : null);
      put(node, box.box);
      node.addEventListener("click", () => hooks.pick(box.fact));
      boxes.set(key(sheet.upload, box.spot), node);
      figure.append(node);
    }
    drag(page);
    pages.push(page);
    return holder;
  }

  function show() {
    pages = [];
    boxes.clear();
    const leaves = look.shown.map((upload) => sheets.get(upload)).filter((sheet) => sheet.pages.length);
    strip.replaceChildren(...leaves.map((sheet) => make("section", { class: "leaf" },
      leaves.length > 1 ? make("p", { class: "small", text: sheet.name }) : null,
      sheet.redrawn ? make("p", { class: "small", text: sheet.redrawn }) : null,
      ...sheet.pages.map((item) => pageOf(sheet, item)))), lines);
    node.hidden = !leaves.length;
    outline();
    layout();
  }

  function pan(event) {
    if (pointing || event.button !== 0 || event.pointerType !== "mouse") return;
    const from = [event.clientX, event.clientY, frame.scrollLeft, frame.scrollTop];
    const moved = (now) => {
      frame.scrollLeft = from[2] - (now.clientX - from[0]);
      frame.scrollTop = from[3] - (now.clientY - from[1]);
    };
    const ended = (now) => {
      window.removeEventListener("pointermove", moved);
      window.removeEventListener("pointerup", ended);
      if (Math.hypot(now.clientX - from[0], now.clientY - from[1]) > SMALL) {
        frame.addEventListener("click", (click) => click.stopPropagation(), { capture: true, once: true });
        setTimeout(() => frame.dispatchEvent(new Event("click")), 0);
      }
    };
    window.addEventListener("pointermove", moved);
    window.addEventListener("pointerup", ended);
  }

  const tool = (text, name, act, more = {}) => make("button", { text, "aria-label": name, title: name, on: { click: act }, ...more });
  const tools = make("div", { class: "tools", role: "group", "aria-label": texts.tools },
    tool("−", texts.zoom_out, () => zoom(-1)), level, tool("+", texts.zoom_in, () => zoom(1)),
    tool(texts.fit, texts.fit, () => zoom(0)), tool("⟳", texts.rotate, rotate),
    ...VIEWS.map((name) => tool(texts[`view_${name}`], texts[`view_${name}`], () => view(name),
      { "data-view": name, "aria-pressed": String(look.view === name) })));
  for (const moved of ["pointerdown", "wheel", "keydown"]) frame.addEventListener(moved, () => { sought = null; }, { passive: true });
  frame.addEventListener("pointerdown", pan);
  frame.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const box = frame.getBoundingClientRect();
    zoom(event.deltaY < 0 ? 1 : -1, [event.clientX - box.left, event.clientY - box.top]);
  }, { passive: false });
  const node = make("div", { class: "middle" }, tools, frame);
  new ResizeObserver(layout).observe(frame);
  return { node, tools, frame, show, mark, light, reveal, zoom, rotate, view, point, outline };
}
