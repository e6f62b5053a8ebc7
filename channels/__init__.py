"""The doors: command line, HTTP, web page, text messages and phone."""
