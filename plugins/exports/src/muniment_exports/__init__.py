"""Records in the formats of other software, and citations in many styles."""
