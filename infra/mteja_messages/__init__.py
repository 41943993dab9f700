"""The catalogues of the pages' texts: what is to be translated, and into what it was."""
