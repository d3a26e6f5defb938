"""Who may do what: four roles to begin with, their words, their people, and what people did."""
