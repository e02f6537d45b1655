// Styles are imported for their effect alone: there is nothing to declare.
