"""A tracker simulator and test harness: shoppers in a real browser, and a verdict on what the tracker sent."""
