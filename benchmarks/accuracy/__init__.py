"""How right the analysis is: rendered annotated music, scored with mir_eval."""
