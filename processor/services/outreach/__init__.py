"""Plans, activities and material that make the policy known."""
