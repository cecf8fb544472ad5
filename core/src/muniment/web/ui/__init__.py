"""The pages for people: templates, view models, navigation, branding and assets."""
