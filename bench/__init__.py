"""Measurements, as ratios in one run. Never a test."""
