"""What is reckoned for reports: demand, forecast, friction, the year's envelope."""
