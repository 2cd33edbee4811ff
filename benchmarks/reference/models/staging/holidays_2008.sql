-- One row is a holiday of 2008.
select * from read_csv('../../seeds/holidays_2008.csv', header = true)
