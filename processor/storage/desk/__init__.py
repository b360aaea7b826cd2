"""SQL of the desk: queue, sheets, clocks, budgets, decisions, slips."""
