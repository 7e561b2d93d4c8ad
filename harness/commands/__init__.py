"""The commands: one module or package for each verb, and the parts that they share."""
