// Formulas and tables that are wider than the screen scroll by the keyboard, too.
addEventListener("load", async () => {
  await window.MathJax?.startup?.promise;
  for (const wide of document.querySelectorAll('mjx-container[display="true"], .text_html')) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
  }
});

// A page opened as a file may not load the playground's modules: say so.
addEventListener("DOMContentLoaded", () => {
  const status = document.querySelector(".play-status");
  if (status && location.protocol === "file:") {
    status.textContent =
      "Browsers do not run this page from a file. In the book's folder, python -m http.server " +
      "serves it; then open http://localhost:8000/.";
  }
});
