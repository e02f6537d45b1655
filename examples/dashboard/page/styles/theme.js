// Runs before the first paint, so that nobody who chose dark sees a flash of light: the page's own script comes later.
try {
  document.documentElement.dataset.theme = localStorage.getItem("theme") ?? "system";
} catch {
  // a browser that stores nothing shows what the system says
}
