"""What every room stands on: errors for people, atomic files, places, progress. Imports nothing of the other rooms."""
