"""Sphinx's settings of the book. tools/book/ writes its sources, and adds what only it knows."""

project = html_title = "Generative models: a workbook"
language = "en"
extensions = ["myst_nb"]
nb_execution_mode = "off"  # chapters are the executed solutions as they are
nb_merge_streams = True
myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath"]

html_theme = "sphinx_book_theme"
html_favicon = html_logo = "_static/favicon.svg"
html_context = {"default_mode": "auto"}  # light or dark, as the reader's system is
html_static_path = ["_static", "../build/book-source/_static"]
html_css_files, html_js_files = ["book.css"], ["book.js"]
html_extra_path = ["404.html", "../build/book-source/_extra"]
html_copy_source = False
exclude_patterns = ["_extra", "_static"]
mathjax_path = "mathjax/tex-svg-full.js"
# The menu would load more of MathJax than stands here.
mathjax3_config = {"options": {"enableMenu": False}}
html_theme_options = {
    "article_header_end": ["article-header-buttons.html"],
    "footer_content_items": ["extra-footer.html"],
    "logo": {"text": project},
    **{f"navbar_{place}": [] for place in ("start", "center", "end", "persistent")},
    "pygments_dark_style": "a11y-high-contrast-dark",
    "pygments_light_style": "a11y-high-contrast-light",
    "show_toc_level": 2,
    "use_download_button": False,
    "use_repository_button": True,
}
