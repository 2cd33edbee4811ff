-- One row is a state of the United States or a province of Canada.
select * from read_csv('../../seeds/states.csv', header = true)
