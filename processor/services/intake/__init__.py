"""From a form to a dossier: drafts, files, checks, sending."""
