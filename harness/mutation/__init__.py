"""Mutation testing: would a broken tracker be detected?"""
