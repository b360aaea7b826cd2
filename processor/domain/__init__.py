"""The rules of the policy and of a dossier: pure, no input or output."""
