import { anthropicClient } from './support/clients/anthropic.ts';
import { testClients } from './support/clients/suite.ts';

testClients([anthropicClient]);
