"""Pages that the server renders: templates, languages, headers, and the pages' own files.

Nothing here is imported by a function before it has a page to show: templates cost a cold start.
"""
