"""What operators write for everybody: static pages, and the texts of the site."""
