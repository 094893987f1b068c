// A page whose session has ended leaves the screen: its socket is closed, and what it asks next is answered with 401.
if (!window.selfproofWatches) {
  window.selfproofWatches = true;
  new PerformanceObserver((list) => {
    if (!list.getEntries().some((entry) => entry.responseStatus === 401)) return;
    const here = window.location.pathname + window.location.search;
    window.location.assign(`/login?ended=1&next=${encodeURIComponent(here)}`);
  }).observe({ type: "resource" });
}
