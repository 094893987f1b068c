"""The life of policies: which one decides, how two differ, what is wrong with one, and the challenger beside."""
