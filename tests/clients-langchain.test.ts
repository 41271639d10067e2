import { DRIVERS } from './support/clients/drivers.ts';
import { testClients } from './support/clients/suite.ts';

testClients(DRIVERS['clients-langchain']);
