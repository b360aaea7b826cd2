"""What a file really is: structure checks that run before anything else opens it."""
