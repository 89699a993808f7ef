// Formulas and tables that are wider than the screen scroll by the keyboard, too.
addEventListener("load", async () => {
  await window.MathJax?.startup?.promise;
  for (const wide of document.querySelectorAll('mjx-container[display="true"], .text_html')) {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
  }
});
