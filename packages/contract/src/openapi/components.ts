import {
  accountCreate,
  accountCreated,
  accountDeleted,
  accountUpdate,
  accountUpdated,
  accountView,
} from '../accounts.ts';
import { contentPart } from '../chat/content.ts';
import { chatMessage, toolCall } from '../chat/message.ts';
import { chatCompletionRequest, chatTool, responseFormat, toolChoice } from '../chat/request.ts';
import { chatCompletion, chatCompletionChunk, chatUsage } from '../chat/response.ts';
import { accountConf, accountInfo, accountLive, accountStatus } from '../dashboard.ts';
import { errorBody } from '../error-body.ts';
import {
  keyRotated,
  namedKeyCreate,
  namedKeyCreated,
  namedKeyList,
  namedKeyView,
} from '../keys.ts';
import { model, modelFacts, modelList } from '../models.ts';
import {
  providerKeyAnswer,
  providerKeyConfig,
  providerKeyCreate,
  providerKeyList,
  providerKeyUpdate,
  providerKeyView,
} from '../provider-keys.ts';
import type { Schema } from '../route.ts';
import { usageExplanation } from '../usage.ts';

/** The schemas that the document shows under a name of their own. */
export const namedSchemas: Readonly<Record<string, Schema>> = {
  Error: errorBody,
  ChatCompletionRequest: chatCompletionRequest,
  ChatMessage: chatMessage,
  ChatContentPart: contentPart,
  ChatTool: chatTool,
  ChatToolCall: toolCall,
  ChatToolChoice: toolChoice,
  ChatResponseFormat: responseFormat,
  ChatCompletion: chatCompletion,
  ChatCompletionChunk: chatCompletionChunk,
  ChatUsage: chatUsage,
  Model: model,
  ModelFacts: modelFacts,
  ModelList: modelList,
  Account: accountView,
  AccountCreate: accountCreate,
  AccountCreated: accountCreated,
  AccountUpdate: accountUpdate,
  AccountUpdated: accountUpdated,
  AccountDeleted: accountDeleted,
  AccountStatus: accountStatus,
  AccountInfo: accountInfo,
  AccountLive: accountLive,
  AccountConf: accountConf,
  NamedKey: namedKeyView,
  NamedKeyCreate: namedKeyCreate,
  NamedKeyCreated: namedKeyCreated,
  NamedKeyList: namedKeyList,
  KeyRotated: keyRotated,
  ProviderKey: providerKeyView,
  ProviderKeyConfig: providerKeyConfig,
  ProviderKeyCreate: providerKeyCreate,
  ProviderKeyUpdate: providerKeyUpdate,
  ProviderKeyAnswer: providerKeyAnswer,
  ProviderKeyList: providerKeyList,
  UsageExplanation: usageExplanation,
};
