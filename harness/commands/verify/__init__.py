"""The command `harness verify`: crawl a store without a scenario, record its pages, and judge its tracker."""
