// Formulas and tables that are wider than the screen scroll by the keyboard, too.
addEventListener("load", async () => {
  await window.MathJax?.startup?.promise;
  for (const wide of document.querySelectorAll('mjx-container[display="true"], .text_html')) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
  }
});

// A page opened as a file may not load the playground's modules: say so, and hide what would not work.
addEventListener("DOMContentLoaded", () => {
  const status = document.querySelector(".play-status");
  if (status && location.protocol === "file:") {
    document.documentElement.dataset.playground = "failed";
    status.innerHTML =
      "Browsers do not run this page from a file. In the book's folder, run " +
      "<code>python -m http.server</code>; then open " +
      '<a href="http://localhost:8000/">http://localhost:8000/</a>.';
  }
});

// Search shows what a word means: the glossary's definition, not the word again.
addEventListener("DOMContentLoaded", () => {
  if (typeof Search === "undefined") return;
  const textOf = Search.htmlToText;
  Search.htmlToText = (page, anchor) => {
    const definition = anchor?.startsWith("#term-") ? `${anchor} + dd` : anchor;
    return textOf(page.replaceAll("</dt>", "</dt> "), definition);
  };
});
