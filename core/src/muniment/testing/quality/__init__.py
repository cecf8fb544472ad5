"""Quality tiers: bronze, silver or gold, from the checks that a plugin passes and the rules of each tier."""
