"""What the desk does with a dossier, from the queue to the decision, and what its sender adds to it."""
