"""Make the web book, build/book, from the executed solutions and the pages in book/."""
