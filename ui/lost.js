// A page without its line to the server can do nothing. It says so in its own words, and Streamlit's window, which
// speaks English and of itself, is hidden (style.css). A short break is none: phones lose their network all the time.
if (!window.selfproofListens) {
  window.selfproofListens = true;
  const WAIT = 1500;
  const note = document.createElement("p");
  note.className = "lost";
  note.setAttribute("role", "alert");
  document.body.append(note);
  let waiting = 0;
  const isLost = () => {
    const app = document.querySelector('[data-testid="stApp"]');
    return !navigator.onLine || (app && app.dataset.testConnectionState !== "CONNECTED");
  };
  const look = () => {
    clearTimeout(waiting);
    if (isLost()) waiting = setTimeout(() => (note.textContent = isLost() ? window.selfproofLost : ""), WAIT);
    else note.textContent = "";
  };
  new MutationObserver(look).observe(document.body, {
    subtree: true,
    attributeFilter: ["data-test-connection-state"],
  });
  window.addEventListener("offline", look);
  window.addEventListener("online", look);
}
// When two redraws cross each other, as when a page is left while a part of it renews itself, Streamlit may break off
// with "Bad delta path": nothing is left on the screen. What was sent is kept, so the page is fetched anew, but not
// over and over.
if (!window.selfproofStands) {
  window.selfproofStands = true;
  const AGAIN = 10000; // milliseconds
  const root = document.getElementById("root");
  new MutationObserver(() => {
    const last = Number(sessionStorage.getItem("selfproof-fetched"));
    if (root.childElementCount || Date.now() - last < AGAIN) return;
    sessionStorage.setItem("selfproof-fetched", Date.now());
    location.reload();
  }).observe(root, { childList: true });
}
